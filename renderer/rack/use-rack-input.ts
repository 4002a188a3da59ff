/** Owns what pointer and keyboard do in the rack: select, walk, pan, move a device, draw a cable. */
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import type { CableLive } from "../../electron/contract/fabric.ts";
import type { LabEdit, LabState } from "../../electron/contract/lab.ts";
import { heightOf } from "../../electron/contract/units.ts";
import { endText } from "../../electron/contract/words.ts";
import { readOnlyWhy } from "../read-only.ts";
import { select, useUi } from "../stores.ts";
import { openTerminal } from "../terminal/groups.ts";
import { applyEdits } from "./apply-edits.ts";
import { moveEdit, planCable, plannedCable } from "./editing.ts";
import type { Point } from "./geometry.ts";
import type { Labels } from "./labels.ts";
import type { Picture } from "./picture.ts";
import { judgePlace, placeAt, stepPlace, type Target, targetRect } from "./place.ts";
import type { Selection } from "./selection.ts";
import { selectionKey } from "./selection.ts";
import type { PanZoom } from "./use-pan-zoom.ts";
import { walk } from "./walk.ts";

type PortAt = { readonly device: string; readonly port: string };

export type Mode =
  | { readonly kind: "idle" }
  | { readonly kind: "move"; readonly device: string; readonly target: Target; readonly byKeys: boolean }
  | {
      readonly kind: "cable";
      readonly from: PortAt;
      readonly to: PortAt | null;
      readonly at: Point | null;
      readonly byKeys: boolean;
    };

/** A cable that would lead back to the device it comes from. */
export interface Loop {
  readonly from: PortAt;
  readonly to: PortAt;
}

export interface RackInputOptions {
  readonly picture: Picture;
  readonly labels: Labels;
  readonly state: LabState;
  readonly cables: readonly CableLive[];
  readonly selection: Selection | null;
  readonly panZoom: PanZoom;
  readonly root: RefObject<HTMLDivElement | null>;
  readonly onHover: (selection: Selection | null) => void;
  readonly say: (text: string) => void;
}

interface Press {
  readonly pointer: number;
  readonly x: number;
  readonly y: number;
  lastX: number;
  lastY: number;
  readonly on: Selection | null;
  /** From the device's upper left corner to the pointer, millimetres. */
  readonly grip: Point;
  does: "wait" | "pan" | "move" | "cable";
}

const dragPx = 5;
const idle: Mode = { kind: "idle" };
const arrows = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" } as const;

export function useRackInput(options: RackInputOptions) {
  const { picture, labels, state, cables, selection, panZoom, root, onHover, say } = options;
  const [mode, setMode] = useState<Mode>(idle);
  const [loop, setLoop] = useState<Loop | null>(null);
  const press = useRef<Press | null>(null);
  const dragged = useRef(false);
  const lab = state.lab;
  const closed = readOnlyWhy(state);

  const focus = useCallback(
    (next: Selection) => {
      select(next);
      // The element may appear with the next paint only.
      requestAnimationFrame(() => {
        const key = CSS.escape(selectionKey(next));
        root.current?.querySelector<SVGElement>(`[data-key="${key}"]`)?.focus({ preventScroll: true });
      });
      const box = rectOf(picture, labels, next);
      if (box) panZoom.reveal(box);
    },
    [picture, labels, panZoom, root],
  );

  const targetOf = (device: string, rack: string | null, unit: number | null): Target | null => {
    const subject = lab?.devices.find((each) => each.name === device);
    return lab && subject ? judgePlace(lab, state.deviceTypes, subject, rack, unit) : null;
  };

  /** What was said before is over; what was done is said once it is. */
  const edit = async (change: LabEdit, done: string): Promise<boolean> => {
    say("");
    const applied = await applyEdits([change]);
    if (applied) say(done);
    return applied;
  };

  const drop = async (device: string, target: Target) => {
    setMode(idle);
    const now = lab?.devices.find((each) => each.name === device);
    if ((now?.rack ?? null) === target.rack && (now?.unit ?? null) === target.unit) return;
    if (!target.free) {
      say(`${device} stays where it was: ${target.why ?? "no room"}`);
      return;
    }
    await edit(
      moveEdit(device, target),
      target.rack === null ? `${device} put beside the racks` : `${device} put at U${target.unit} of ${target.rack}`,
    );
  };

  const plan = async (from: PortAt, to: PortAt, isAgreed = false) => {
    setMode(idle);
    setLoop(null);
    if (!lab) return;
    const check = planCable(lab, from, to);
    if (check.edit === null) say(check.why);
    else if (from.device === to.device && !isAgreed) setLoop({ from, to });
    else await edit(check.edit, `Cable planned from ${endText(from)} to ${endText(to)}`);
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button > 1) return;
    dragged.current = false;
    const on = event.button === 0 ? selectionAt(event.target) : null;
    const world = panZoom.toWorld(event.clientX, event.clientY);
    const face = on?.kind === "device" ? picture.layout.devices.find((box) => box.name === on.device)?.face : undefined;
    press.current = {
      pointer: event.pointerId,
      x: event.clientX,
      y: event.clientY,
      lastX: event.clientX,
      lastY: event.clientY,
      on,
      grip: { x: world.x - (face?.x ?? world.x), y: world.y - (face?.y ?? world.y) },
      does: "wait",
    };
  };

  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const now = press.current;
    if (!now || now.pointer !== event.pointerId) {
      if (mode.kind === "idle") onHover(selectionAt(event.target));
      return;
    }
    if (now.does === "wait") {
      if (Math.hypot(event.clientX - now.x, event.clientY - now.y) < dragPx) return;
      dragged.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      const editable = closed === null && now.on !== null && now.on.kind !== "cable";
      now.does = !editable ? "pan" : now.on?.kind === "device" ? "move" : "cable";
      if (closed !== null && now.on && now.on.kind !== "cable") say(closed);
      onHover(null);
    }
    const world = panZoom.toWorld(event.clientX, event.clientY);
    if (now.does === "pan") {
      panZoom.panBy(event.clientX - now.lastX, event.clientY - now.lastY);
      now.lastX = event.clientX;
      now.lastY = event.clientY;
    } else if (now.does === "move" && now.on?.kind === "device") {
      const name = now.on.device;
      const box = picture.layout.devices.find((each) => each.name === name);
      const corner = { x: world.x - now.grip.x, y: world.y - now.grip.y };
      const place = box && box.heightU > 0 ? placeAt(picture.layout, corner, box.heightU) : null;
      const target = targetOf(name, place?.rack ?? null, place?.unit ?? null);
      if (target) setMode({ kind: "move", device: name, target, byKeys: false });
    } else if (now.does === "cable" && now.on?.kind === "port") {
      const under = selectionAt(document.elementFromPoint(event.clientX, event.clientY));
      setMode({ kind: "cable", from: now.on, to: under?.kind === "port" ? under : null, at: world, byKeys: false });
    }
  };

  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const now = press.current;
    press.current = null;
    if (!now || now.pointer !== event.pointerId) return;
    if (mode.kind === "move" && !mode.byKeys) void drop(mode.device, mode.target);
    if (mode.kind === "cable" && !mode.byKeys) {
      if (mode.to) void plan(mode.from, mode.to);
      else setMode(idle);
    }
  };

  const onPointerCancel = () => {
    press.current = null;
    if (mode.kind !== "idle" && !mode.byKeys) setMode(idle);
  };

  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    if (dragged.current) return;
    const on = selectionAt(event.target);
    if (mode.kind === "cable" && mode.byKeys && on?.kind === "port") {
      void plan(mode.from, on);
      return;
    }
    if (on) focus(on);
    else select(null);
  };

  const onDoubleClick = (event: MouseEvent<HTMLDivElement>) => {
    const on = selectionAt(event.target);
    if (on?.kind === "device") openTerminal(on.device);
  };

  const moveByKeys = (event: KeyboardEvent, now: Extract<Mode, { kind: "move" }>) => {
    const arrow = arrows[event.key as keyof typeof arrows];
    const device = lab?.devices.find((each) => each.name === now.device);
    if (event.key === "Escape") {
      setMode(idle);
      say(`${now.device} stays where it was`);
    } else if (event.key === "Enter") void drop(now.device, now.target);
    else if (arrow && lab && device) {
      const target = stepPlace(lab, state.deviceTypes, device, now.target, arrow);
      setMode({ ...now, target });
      const rect = targetRect(picture.layout, target, heightOf(device, state.deviceTypes));
      if (rect) panZoom.reveal(rect);
      say(target.rack === null ? "Beside the racks" : `U${target.unit} of ${target.rack}, ${target.why ?? "free"}`);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const begin = (kind: "move" | "cable", selection: Selection | null) => {
    if (!selection) return;
    if (closed !== null) {
      say(closed);
      return;
    }
    if (kind === "move" && selection.kind === "device") {
      const device = lab?.devices.find((each) => each.name === selection.device);
      const target = device && targetOf(device.name, device.rack ?? null, device.unit ?? null);
      if (!target) return;
      setMode({ kind: "move", device: selection.device, target, byKeys: true });
      say(`Moving ${selection.device}: arrows choose the place, Enter drops it, Escape leaves it`);
    }
    if (kind === "cable" && selection.kind === "port") {
      setMode({ kind: "cable", from: selection, to: null, at: null, byKeys: true });
      say(`Cable from ${endText(selection)}: walk to the other port, Enter plans it, Escape gives up`);
    }
  };

  const planFrom = useUi((ui) => ui.planFrom);
  useEffect(() => {
    if (planFrom === null) return;
    useUi.setState({ planFrom: null });
    const from: Selection = { kind: "port", ...planFrom };
    focus(from);
    begin("cable", from);
  });

  const removeSelected = async (selection: Selection | null) => {
    const cable = selection?.kind === "cable" ? cables.find((each) => each.id === selection.id) : undefined;
    const planned = cable && plannedCable(lab, cable);
    if (!cable) return;
    if (closed !== null) say(closed);
    else if (!planned) say("This cable is not planned, so there is nothing to remove from the lab file");
    else if (await edit({ op: "remove-cable", cable: planned }, "Planned cable removed")) select(null);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (mode.kind === "move") {
      moveByKeys(event, mode);
      return;
    }
    const arrow = arrows[event.key as keyof typeof arrows];
    // What has the keyboard counts; what is selected stands in while the focus is on none of the rack's own.
    const at = selectionAt(event.target) ?? selection;
    const walking = arrow ?? (event.key === "Home" ? "home" : event.key === "End" ? "end" : null);
    if (walking) {
      const next = walk(picture, cables, at, walking);
      if (next) focus(next);
    } else if (event.key === "Enter" || event.key === " ") {
      if (mode.kind === "cable") {
        if (at?.kind === "port") void plan(mode.from, at);
      } else if (at?.kind === "device") openTerminal(at.device);
      else if (at?.kind === "cable") focus(at);
      else {
        const next = walk(picture, cables, at, "follow");
        if (next) focus(next);
      }
    } else if (event.key === "Escape") {
      if (mode.kind === "cable") {
        setMode(idle);
        say("No cable planned");
      } else if (selection) select(null);
      else return;
    } else if (event.key === "+" || event.key === "=") panZoom.zoomBy(1.25);
    else if (event.key === "-") panZoom.zoomBy(0.8);
    else if (event.key === "0") panZoom.toggleFit();
    else if (event.key === "m" || event.key === "M") begin("move", at);
    else if (event.key === "c" || event.key === "C") begin("cable", at);
    else if (event.key === "Delete" || event.key === "Backspace") void removeSelected(at);
    else return;
    event.preventDefault();
  };

  return {
    mode,
    closed,
    /** Waits for an answer: plan it, or drop it. */
    loop,
    planLoop: (): void => {
      if (loop) void plan(loop.from, loop.to, true);
    },
    dropLoop: (): void => setLoop(null),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel,
      onClick,
      onDoubleClick,
      onKeyDown,
      onPointerLeave: () => onHover(null),
    },
  };
}

/** What the element under the pointer stands for. */
function selectionAt(target: EventTarget | null): Selection | null {
  if (!(target instanceof Element)) return null;
  const { device, port, cable } = target.closest<SVGElement>("[data-device],[data-cable]")?.dataset ?? {};
  if (cable !== undefined) return { kind: "cable", id: cable };
  if (device === undefined) return null;
  return port === undefined ? { kind: "device", device } : { kind: "port", device, port };
}

function rectOf(picture: Picture, labels: Labels, selection: Selection) {
  if (selection.kind === "cable") {
    const pill = labels.pills.get(selection.id);
    return pill ? { x: pill.at.x, y: pill.at.y - 14, w: 170, h: 28 } : null;
  }
  const box = picture.layout.devices.find((each) => each.name === selection.device);
  if (selection.kind === "device") return box?.face ?? null;
  return box?.ports.find((spot) => spot.port === selection.port)?.cage ?? null;
}
