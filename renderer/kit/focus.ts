/** Owns where the keyboard goes back to: the last focused element of the page itself, outside dialogs and menus, that is still there. */

const overlays = "[role=dialog], [role=menu], [role=listbox], .mantine-Modal-root, .mantine-Popover-dropdown";
const terminals = ".hr-term";

type Focusable = HTMLElement | SVGElement;

/** A button that opened a dialog is often gone when it closes; the places before it are tried then. */
const remembered = 8;

/** Where the keyboard was, latest first. */
let places: readonly Focusable[] = [];
let lastTypedAt = 0;

document.addEventListener(
  "focusin",
  ({ target }) => {
    if ((target instanceof HTMLElement || target instanceof SVGElement) && !target.closest(overlays)) remember(target);
  },
  { capture: true },
);
document.addEventListener(
  "keydown",
  () => {
    if (isTyping() && !document.activeElement?.closest(overlays)) lastTypedAt = Date.now();
  },
  { capture: true },
);

function remember(latest: Focusable): void {
  places = [latest, ...places.filter((place) => place !== latest)].slice(0, remembered);
}

/** Gives `place` the keyboard: now, or once the dialog that has it closes. */
export function focusWhenFree(place: Focusable): void {
  if (modalOpen()) remember(place);
  else place.focus({ preventScroll: true });
}

/** Puts the keyboard back where it was before a dialog, unless something took it meanwhile. */
function focusBack(): void {
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body && !activeElement.closest(overlays)) return;
  focusFirst(places);
}

const waiting = new Set<() => void>();

/** Calls `look` whenever a dialog or the palette has closed: what must not open over another waits so. Returns its end. */
export function onOverlayClosed(look: () => void): () => void {
  waiting.add(look);
  return () => void waiting.delete(look);
}

/** To be called when a dialog or the palette is gone from the page. */
export function overlayClosed(): void {
  if (!overlayOpen()) focusBack();
  for (const look of waiting) look();
}

/** Takes the keyboard out of the terminals, to where it was before. */
export function leaveTerminals(): void {
  focusFirst(places.filter((place) => !place.closest(terminals)));
}

function focusFirst(wanted: readonly Focusable[]): void {
  for (const place of wanted) {
    if (!place.isConnected || !place.checkVisibility({ visibilityProperty: true })) continue;
    place.focus({ preventScroll: true });
    if (document.activeElement === place) return;
  }
  document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
}

/** True while keys go into a terminal or a field. */
export function isTyping(): boolean {
  const { activeElement } = document;
  return (
    activeElement instanceof HTMLElement &&
    (activeElement.isContentEditable ||
      activeElement.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"))
  );
}

/** When a key last went into a terminal or a field outside dialogs; milliseconds since the epoch, 0 when none did. */
export const typedAt = (): number => lastTypedAt;

/** True while a dialog of kit/Dialog.tsx has the window. */
export const modalOpen = (): boolean => document.querySelector(".mantine-Modal-content") !== null;

/** True while a dialog or menu has the window. */
export const overlayOpen = (): boolean =>
  [...document.querySelectorAll("[role=dialog], [role=menu]")].some((each) => each.checkVisibility());
