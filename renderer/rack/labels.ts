/**
 * Owns which words of each label are shown at a zoom, and where. Labels keep their size in pixels whatever the zoom:
 * they say all they can without meeting another label, then less, and only then nothing but a mark.
 */
import type { Point, Rect } from "./geometry.ts";
import { type DeviceBox, faceWidthMm } from "./layout.ts";
import type { Picture, PillSpot } from "./picture.ts";
import { shortModel, unitsText } from "./words.ts";

/** `pair` is the model under the name, `row` the model beside it. A role is in the inspector, whatever the zoom. */
export type NameForm = "pair" | "row" | "name";

export interface NameLabel {
  readonly device: string;
  /** Right middle in the gutter, or the middle of the label for what stands beside the racks; millimetres. */
  readonly at: Point;
  readonly side: boolean;
  readonly form: NameForm;
  readonly name: string;
  readonly model: string;
}

export interface PillLabel {
  readonly cable: string;
  /** Left middle of the label, and where on the cable its leader begins; millimetres. */
  readonly at: Point;
  readonly from: Point;
  /** What it says; null for the state mark alone. */
  readonly text: string | null;
  readonly age: boolean;
}

export interface Labels {
  readonly names: ReadonlyMap<string, NameLabel>;
  readonly pills: ReadonlyMap<string, PillLabel>;
}

/** Free pixels left of the first cabinet and right of the last. */
export interface Room {
  readonly left: number;
  readonly right: number;
}

/** What the label of a cable may say, the longest first. */
export type PillTexts = ReadonlyMap<string, readonly string[]>;

/** Widest advance of a character, and heights, in pixels of the fonts in labels.css and targets.css. */
export const namePx = 7.7;
export const modelPx = 6.5;
export const pillCharPx = 7.21;
export const pillGlyphPx = 18;
const pillEndPx = 10;
export const pillHeightPx = 20;
const agePx = 66;
/** Between a label of two lines and its neighbour; names alone make a list, which needs none. */
const airPx = 5;
const heightPx: Readonly<Record<NameForm, number>> = { pair: 30, row: 16, name: 16 };
export const gapPx = 10;
const longestName = 24;

export const pillWidthPx = (text: string): number => pillGlyphPx + text.length * pillCharPx + pillEndPx;

/** A link's label with its age, or a fault's without: fixed, so that the picture stands still when a state changes. */
const pillRoomPx = 222;

/** The room labels wish for: all of every name, and the usual label of a cable. */
export function wishedRoom(picture: Picture): Room {
  let left = 0;
  for (const box of picture.layout.devices) {
    const { name, model } = wordsOf(box);
    left = Math.max(left, name.length * namePx, model.length * modelPx);
  }
  return { left: left + 2 * gapPx, right: picture.pills.length > 0 ? pillRoomPx : 2 * gapPx };
}

export function placeLabels(picture: Picture, scale: number, room: Room, texts: PillTexts): Labels {
  const { bays, devices } = picture.layout;
  const names = new Map<string, NameLabel>();
  const pills = new Map<string, PillLabel>();
  for (const bay of bays) {
    const before = bays[bay.index - 1];
    const leftPx = before ? (bay.cabinet.x - before.cabinet.x - before.cabinet.w) * scale * 0.55 : room.left;
    for (const label of gutterNames(
      devices.filter((box) => box.bay === bay.index),
      scale,
      leftPx - gapPx,
    )) {
      names.set(label.device, label);
    }
  }
  for (const bay of bays) {
    const after = bays[bay.index + 1];
    const usedPx = Math.max(
      0,
      ...devices.flatMap((box) => {
        const label = box.bay === after?.index ? names.get(box.name) : undefined;
        return label?.side ? [nameWidthPx(label)] : [];
      }),
    );
    const rightPx = after
      ? (after.cabinet.x - bay.cabinet.x - bay.cabinet.w) * scale - usedPx - 3 * gapPx
      : room.right - gapPx;
    const spots = picture.pills.filter((pill) => pill.bay === bay.index);
    const x = bay.cabinet.x + bay.cabinet.w + gapPx / scale;
    for (const label of gutterPills(spots, scale, rightPx, bay.cabinet, x, texts)) pills.set(label.cable, label);
  }
  return { names, pills };
}

const wordsOf = (box: DeviceBox) => {
  const side = box.face.w === faceWidthMm;
  const model = box.type ? shortModel(box.type.model) : (box.device?.type ?? "");
  return {
    name: clip(box.name, longestName),
    model: clip([model, side ? unitsText(box) : ""].filter(Boolean).join(" \u00b7 "), 34),
  };
};

export function nameWidthPx({ name, model, form }: Pick<NameLabel, "name" | "model" | "form">): number {
  if (form === "name") return name.length * namePx;
  if (form === "row") return name.length * namePx + gapPx + model.length * modelPx;
  return Math.max(name.length * namePx, model.length * modelPx);
}

interface Draft {
  readonly box: DeviceBox;
  readonly name: string;
  readonly model: string;
  readonly yPx: number;
  /** Forms that are narrow enough, the fullest first. */
  readonly forms: NameForm[];
}

function gutterNames(boxes: readonly DeviceBox[], scale: number, roomPx: number): readonly NameLabel[] {
  const labels: NameLabel[] = [];
  const drafts: Draft[] = [];
  for (const box of boxes) {
    const side = box.face.w === faceWidthMm;
    const words = wordsOf(box);
    const widthPx = side ? roomPx : (box.face.w + 40) * scale;
    const name = clip(words.name, Math.floor(widthPx / namePx));
    if (name.length < Math.min(words.name.length, 4)) continue;
    const fits = (form: NameForm) => nameWidthPx({ ...words, form }) <= widthPx;
    if (side) {
      const wished = (["pair", "row"] as const).filter(fits);
      drafts.push({
        box,
        name,
        model: words.model,
        yPx: (box.face.y + box.face.h / 2) * scale,
        forms: [...wished, "name"],
      });
      continue;
    }
    labels.push({
      device: box.name,
      at: { x: box.face.x + box.face.w / 2, y: box.face.y + box.face.h * 0.86 },
      side,
      form: fits("pair") && box.face.h * scale > 3 * heightPx.pair ? "pair" : "name",
      name,
      model: words.model,
    });
  }
  for (const { box, name, model, forms } of settled(drafts)) {
    const form = forms[0];
    if (form)
      labels.push({
        device: box.name,
        at: { x: box.nameX, y: box.face.y + box.face.h / 2 },
        side: true,
        form,
        name,
        model,
      });
  }
  return labels;
}

/** Shortens what meets its neighbour, the taller one first; of two single lines the one that is no switch gives way. */
function settled(drafts: readonly Draft[]): readonly Draft[] {
  let rest = [...drafts].sort((one, two) => one.yPx - two.yPx);
  const tall = (draft: Draft) => heightPx[draft.forms[0] ?? "name"];
  const needed = (one: number, two: number) => (one + two) / 2 + (Math.max(one, two) > heightPx.name ? airPx : 0);
  for (;;) {
    const index = rest.findIndex((draft, at) => {
      const below = rest[at + 1];
      return below && below.yPx - draft.yPx < needed(tall(draft), tall(below));
    });
    const upper = rest[index];
    const lower = rest[index + 1];
    if (!upper || !lower) return rest;
    const weaker =
      tall(upper) === tall(lower)
        ? lower.box.type?.kind === "switch"
          ? upper
          : lower
        : tall(upper) > tall(lower)
          ? upper
          : lower;
    if (tall(weaker) > heightPx.name) weaker.forms.shift();
    else rest = rest.filter((draft) => draft !== weaker);
  }
}

function gutterPills(
  spots: readonly PillSpot[],
  scale: number,
  roomPx: number,
  cabinet: Rect,
  x: number,
  texts: PillTexts,
): readonly PillLabel[] {
  const sorted = [...spots].sort((one, two) => one.from.y - two.from.y || (one.cable < two.cable ? -1 : 1));
  const cabinetPx = cabinet.h * scale;
  const foot = cabinet.y + cabinet.h;
  const fullPitch = pillHeightPx + 3;
  const full = sorted.length * fullPitch <= cabinetPx;
  const pitch = full ? fullPitch : Math.min(12, cabinetPx / Math.max(1, sorted.length));
  const heights = spread(
    sorted.map((spot) => spot.from.y),
    pitch / scale,
  ).map((y, index) => Math.min(y, foot - (sorted.length - index - 0.5) * (pitch / scale)));
  return sorted.map(({ cable, from }, index) => {
    const text = full ? ((texts.get(cable) ?? []).find((each) => pillWidthPx(each) <= roomPx) ?? null) : null;
    return {
      cable,
      from,
      at: { x, y: heights[index] ?? from.y },
      text,
      age: text !== null && pillWidthPx(text) + agePx <= roomPx,
    };
  });
}

/** Moves sorted heights as little as possible so that neighbours are `pitch` apart (pool adjacent violators). */
export function spread(wants: readonly number[], pitch: number): readonly number[] {
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, want] of wants.entries()) {
    let block = { sum: want - index * pitch, count: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.count > block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: block.sum + last.sum, count: block.count + last.count };
    }
    blocks.push(block);
  }
  return blocks
    .flatMap((block) => Array.from({ length: block.count }, () => block.sum / block.count))
    .map((base, index) => base + index * pitch);
}

const clip = (text: string, length: number) =>
  text.length > length ? (length < 2 ? "" : `${text.slice(0, length - 1)}\u2026`) : text;
