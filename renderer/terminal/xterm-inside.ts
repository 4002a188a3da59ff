/**
 * Owns every use of xterm.js's insides, each of which does nothing where xterm.js differs from 6.0.
 *
 * Frames: xterm.js draws as often as the screen is refreshed. Under a flood nobody can read that, while without a
 * graphics processor drawing takes a third of the processor time that the flood itself needs.
 */
import type { Terminal } from "@xterm/xterm";

/** Between two frames while `busy`: 20 a second, which still looks like a flood. */
const busyFrameMs = 50;

interface FrameSource {
  requestAnimationFrame(draw: (atMs: number) => void): number;
  cancelAnimationFrame(frame: number): void;
}

/** Draws an opened terminal less often while `busy` says so. */
export function spaceFrames(term: Terminal, busy: () => boolean): void {
  const core = at(term, "_core");
  const debouncer = at(core, "_renderService", "_renderDebouncer");
  const browser = at(debouncer, "_coreBrowserService");
  const selection = at(core, "_selectionService");
  const follow = at(core, "_syncTextArea");
  if (!isObject(core) || !isObject(debouncer) || typeof follow !== "function") return;
  if (typeof at(browser, "window", "requestAnimationFrame") !== "function") return;
  // The input field follows the cursor after every write, and each of its moves costs the page a frame.
  const followCursor = () => Reflect.apply(follow, core, []);
  Reflect.set(core, "_syncTextArea", () => {
    if (!busy()) followCursor();
  });
  // The debouncer asks for one frame at a time, by the window of this service and nothing else of it.
  Reflect.set(debouncer, "_coreBrowserService", { window: spacedFrames(window, busy, followCursor) });
  if (isObject(selection)) leaveOutEmptySelections(selection);
}

/**
 * Every scroll draws the selection anew, which for the DOM renderer is all rows, in a frame of its own: twice the work
 * of every frame for nothing while there is no selection.
 */
function leaveOutEmptySelections(selection: object): void {
  const refresh = at(selection, "refresh");
  if (typeof refresh !== "function") return;
  let drawn = false;
  Reflect.set(selection, "refresh", (byMouse?: boolean) => {
    const has = at(selection, "selectionStart") !== undefined;
    if (!has && !drawn) return;
    drawn = has;
    Reflect.apply(refresh, selection, [byMouse]);
  });
}

function spacedFrames(source: FrameSource, busy: () => boolean, drawn: () => void): FrameSource {
  let drawnAtMs = 0;
  let timer: number | undefined;
  let frame = 0;
  const request = (draw: (atMs: number) => void) => {
    timer = undefined;
    frame = source.requestAnimationFrame((atMs) => {
      drawnAtMs = performance.now();
      draw(atMs);
      drawn();
    });
  };
  return {
    requestAnimationFrame(draw) {
      const waitMs = busy() ? drawnAtMs + busyFrameMs - performance.now() : 0;
      if (waitMs > 0) timer = window.setTimeout(() => request(draw), waitMs);
      else request(draw);
      return 1;
    },
    cancelAnimationFrame() {
      clearTimeout(timer);
      source.cancelAnimationFrame(frame);
    },
  };
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? Reflect.get(inner, name) : undefined), value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
