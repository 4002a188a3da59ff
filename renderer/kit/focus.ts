/** Owns where the keyboard goes back to: the last focused element of the page itself, outside dialogs and menus. */

const overlays = "[role=dialog], [role=menu], [role=listbox], .mantine-Modal-root, .mantine-Popover-dropdown";
const terminals = ".hr-term";

let last: HTMLElement | SVGElement | null = null;
let lastOutsideTerminals: HTMLElement | SVGElement | null = null;
let lastTypedAt = 0;

document.addEventListener(
  "focusin",
  ({ target }) => {
    if (!(target instanceof HTMLElement || target instanceof SVGElement) || target.closest(overlays)) return;
    last = target;
    if (!target.closest(terminals)) lastOutsideTerminals = target;
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

/** Puts the keyboard back where it was before a dialog; into the place when that is gone. */
export function focusBack(): void {
  focusOn(last);
}

/** Takes the keyboard out of the terminals, to where it was before. */
export function leaveTerminals(): void {
  focusOn(lastOutsideTerminals);
}

function focusOn(wanted: HTMLElement | SVGElement | null): void {
  if (wanted?.isConnected && wanted.checkVisibility({ visibilityProperty: true })) {
    wanted.focus({ preventScroll: true });
    if (document.activeElement === wanted) return;
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

/** True while a dialog or menu has the window. */
export const dialogOpen = (): boolean =>
  [...document.querySelectorAll("[role=dialog], [role=menu]")].some((each) => each.checkVisibility());
