import { describe, expect, test } from "vitest";
import { spread } from "../../renderer/rack/labels.ts";
import { drawPicture, shapeOf } from "../../renderer/rack/picture.ts";
import type { Selection } from "../../renderer/rack/selection.ts";
import { type WalkKey, walk } from "../../renderer/rack/walk.ts";
import { cubeFabric, cubeLab } from "./cube.ts";
import { builtInTypes } from "./types.node.ts";

const picture = drawPicture(cubeLab, builtInTypes, cubeFabric.cables.map(shapeOf));
const go = (at: Selection | null, ...keys: WalkKey[]): Selection | null =>
  keys.reduce<Selection | null>((now, key) => walk(picture, cubeFabric.cables, now, key) ?? now, at);
const device = (name: string): Selection => ({ kind: "device", device: name });
const port = (name: string, number: string): Selection => ({ kind: "port", device: name, port: number });

describe("walking the rack by keyboard", () => {
  test("starts at the topmost device and goes down the rack", () => {
    expect(go(null, "down")).toEqual(device("sw1"));
    expect(go(null, "down", "down", "down")).toEqual(device("node5"));
    expect(go(device("node5"), "up")).toEqual(device("mgmt"));
    expect(go(device("node5"), "end")).toEqual(device("node1"));
    expect(go(device("node1"), "down")).toEqual(device("node1"));
  });

  test("goes into a device's ports and back out", () => {
    expect(go(device("sw1"), "right")).toEqual(port("sw1", "1"));
    expect(go(device("sw1"), "right", "down", "down")).toEqual(port("sw1", "3"));
    expect(go(port("sw1", "3"), "left")).toEqual(device("sw1"));
  });

  test("follows a cable to its other end and back", () => {
    expect(go(port("sw1", "3"), "follow")).toEqual(port("node3", "mlx4_0/1"));
    expect(go(port("sw1", "3"), "follow", "follow")).toEqual(port("sw1", "3"));
    expect(walk(picture, cubeFabric.cables, { kind: "cable", id: "c3" }, "follow")).toBeNull();
    expect(go(port("sw1", "3"), "right")).toEqual({ kind: "cable", id: "c3" });
    expect(go(port("sw1", "3"), "right", "left")).toEqual(port("sw1", "3"));
    expect(go(port("sw1", "18"), "follow")).toEqual(port("sw1", "18"));
  });
});

test("labels are pushed apart as little as possible", () => {
  expect(spread([0, 100], 10)).toEqual([0, 100]);
  expect(spread([50, 50], 10)).toEqual([45, 55]);
  expect(spread([0, 2, 100], 10)).toEqual([-4, 6, 100]);
});
