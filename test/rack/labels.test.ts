import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstFit, firstFrame, fitScale, roomOf, viewOf } from "../../renderer/rack/fit.ts";
import { intersects, type Rect } from "../../renderer/rack/geometry.ts";
import {
  type Labels,
  nameWidthPx,
  type PillTexts,
  pillGlyphPx,
  pillHeightPx,
  pillWidthPx,
  placeLabels,
  wishedRoom,
} from "../../renderer/rack/labels.ts";
import { drawPicture, type Picture, shapeOf } from "../../renderer/rack/picture.ts";
import { pillForms, slotFault } from "../../renderer/rack/words.ts";
import { cable, cubeFabric, cubeLab } from "./cube.ts";
import { scenes } from "./scenes.ts";
import { builtInTypes } from "./types.node.ts";

const heightPx = { pair: 30, row: 16, name: 16 };

/** The boxes of all labels in pixels of the picture. */
function boxes({ names, pills }: Labels, scale: number): readonly (Rect & { readonly of: string })[] {
  return [
    ...[...names.values()].map((label) => {
      const w = nameWidthPx(label);
      const h = heightPx[label.form];
      const x = label.at.x * scale - (label.side ? w + 10 : w / 2);
      return { of: label.device, x, y: label.at.y * scale - h / 2, w, h };
    }),
    ...[...pills.values()].flatMap((label) => {
      if (label.text === null) return [];
      const { x, y } = label.at;
      return [
        { of: label.cable, x: x * scale, y: y * scale - pillHeightPx / 2, w: pillWidthPx(label.text), h: pillHeightPx },
      ];
    }),
  ];
}

function meeting(labels: Labels, scale: number): readonly string[] {
  const all = boxes(labels, scale);
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((two) => intersects(one, two))
      .map((two) => `${one.of} meets ${two.of}`),
  );
}

/** The cube in a rack with four free units above it. */
const roomyCube = () => {
  const lab = { ...cubeLab, racks: [{ name: "cube", units: 22 }] };
  const texts = new Map(cubeFabric.cables.map((each) => [each.id, pillForms(each, slotFault(each, cubeFabric))]));
  return { picture: drawPicture(lab, builtInTypes, cubeFabric.cables.map(shapeOf)), texts };
};

const scene = (name: string): { readonly picture: Picture; readonly texts: PillTexts } => {
  const { state, fabric } = scenes(builtInTypes)[name] ?? { state: null, fabric: cubeFabric };
  const picture = drawPicture(state?.lab ?? cubeLab, builtInTypes, fabric.cables.map(shapeOf));
  return { picture, texts: new Map(fabric.cables.map((each) => [each.id, pillForms(each, slotFault(each, fabric))])) };
};

describe("labels keep their size and never meet", () => {
  test.each(["cube", "crossed", "mixed", "many"])("%s, at any zoom", (name) => {
    const { picture, texts } = scene(name);
    const wish = wishedRoom(picture);
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 9, noNaN: true }), (scale) => {
        expect(meeting(placeLabels(picture, scale, wish, texts), scale)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("a window of 1280 by 800 with the dock open shows every name with its model and every link in words", () => {
    const { picture, texts } = roomyCube();
    const wish = wishedRoom(picture);
    const area = { w: 768, h: 456 };
    expect(firstFrame(area, picture.frames, wish)).toBe("held");
    const scale = fitScale(area, picture.frames.held, wish);
    const { names, pills } = placeLabels(picture, scale, roomOf("held", area, picture.frames, scale, wish), texts);
    expect([...names.values()].map(({ device, form }) => [device, form === "name"])).toEqual(
      cubeLab.devices.map(({ name }) => [name, false]),
    );
    expect([...pills.values()].map(({ text }) => text)).toEqual([
      "down, polling",
      "4X FDR",
      "4X FDR, slot 16 Gb/s",
      "4X FDR",
      "4X FDR",
    ]);
  });

  test("far away, names give way one by one and links keep their mark", () => {
    const { picture, texts } = scene("many");
    const { names, pills } = placeLabels(picture, 0.1, wishedRoom(picture), texts);
    expect(names.size).toBeGreaterThan(3);
    expect(names.size).toBeLessThan(picture.layout.devices.length / 2);
    expect(names.has("sw1")).toBe(true);
    expect([pills.size, [...pills.values()].filter(({ text }) => text !== null)]).toEqual([picture.pills.length, []]);
  });
});

describe("fitting", () => {
  test("a tall window shows the whole rack, a low one what is mounted, and nothing mounted is left out", () => {
    const { picture } = roomyCube();
    const wish = wishedRoom(picture);
    expect(firstFrame({ w: 1400, h: 1000 }, picture.frames, wish)).toBe("whole");
    const { held, whole } = picture.frames;
    expect(held.h).toBeLessThan(whole.h);
    for (const { face } of picture.layout.devices) {
      expect([face.y >= held.y, face.y + face.h <= held.y + held.h]).toEqual([true, true]);
    }
  });

  test.each([
    [{ w: 768, h: 756 }, "a window of 1280 by 800"],
    [{ w: 768, h: 456 }, "the same with the dock open"],
    [{ w: 1340, h: 1036 }, "a window of 1920 by 1080"],
  ])("eight racks begin with every name of the first to be read, in %j", (area) => {
    const { picture, texts } = scene("large");
    const wish = wishedRoom(picture);
    expect(firstFit(area, picture.frames, wish)).toBe("readable");
    const view = viewOf("readable", area, picture.frames, wish);
    const labels = placeLabels(picture, view.scale, roomOf("readable", area, picture.frames, view.scale, wish), texts);
    expect(labels.names.size).toBe(picture.layout.devices.length);
    expect(meeting(labels, view.scale)).toEqual([]);
    const first = picture.layout.devices.filter(({ bay }) => bay === 0);
    const left = Math.min(...first.map(({ nameX }) => view.x + nameX * view.scale));
    const widest = Math.max(
      ...first.map(({ name }) => {
        const label = labels.names.get(name);
        return label ? nameWidthPx(label) : Number.POSITIVE_INFINITY;
      }),
    );
    expect(left).toBeGreaterThan(widest);
    expect(Math.min(...first.map(({ face }) => view.y + face.y * view.scale))).toBeGreaterThan(0);
  });

  test.each([
    { w: 683, h: 756, units: [24, 24] },
    { w: 683, h: 756, units: [20, 20] },
    { w: 768, h: 756, units: [12, 8] },
    { w: 768, h: 400, units: [42, 42] },
    { w: 1312, h: 1036, units: [42, 20] },
  ])("two racks are both in view at first, with all labels, in %j", ({ units, ...area }) => {
    const racks = units.map((each, index) => ({ name: `rack ${index + 1}`, units: each }));
    const devices = racks.flatMap(({ name: rack }, index) =>
      [1, 4].map((unit) => ({
        name: `a-name-of-more-than-24-letters-${index}-${unit}`,
        type: "dell-r710",
        rack,
        unit,
        hcas: [{ name: "mlx4_0", ports: 2 }],
      })),
    );
    const link = { width: "4X", speed: "FDR" } as const;
    const cables = [0, 1].map((index) =>
      shapeOf(
        cable(
          `c${index}`,
          [`a-name-of-more-than-24-letters-${index}-1`, "mlx4_0/1"],
          [`a-name-of-more-than-24-letters-${index}-4`, "mlx4_0/1"],
          link,
        ),
      ),
    );
    const picture = drawPicture({ racks, devices }, builtInTypes, cables);
    const wish = wishedRoom(picture);
    const fit = firstFit(area, picture.frames, wish);
    const view = viewOf(fit, area, picture.frames, wish);
    const room = roomOf(fit, area, picture.frames, view.scale, wish);
    const { pills } = placeLabels(
      picture,
      view.scale,
      room,
      new Map(cables.map(({ id }) => [id, ["4X FDR, slot 16 Gb/s", "4X FDR"]])),
    );
    expect(pills.size).toBe(2);
    for (const { at, text } of pills.values()) {
      const width = text === null ? pillGlyphPx : pillWidthPx(text);
      expect(view.x + at.x * view.scale + width).toBeLessThanOrEqual(area.w);
    }
    for (const { cabinet } of picture.layout.bays) {
      expect(view.x + cabinet.x * view.scale).toBeGreaterThanOrEqual(0);
      expect(view.x + (cabinet.x + cabinet.w) * view.scale).toBeLessThanOrEqual(area.w);
    }
  });
});
