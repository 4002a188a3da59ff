import { describe, expect, test } from "vitest";
import { inputOfGiven } from "../../electron/fabric/explain/cable.ts";
import { explainCable } from "../../electron/fabric/explain/explain.ts";
import { piecesOf } from "../../renderer/explain/pieces.ts";

const pace = (speed: string, width: number) => ({ speed, width });
const explained = (path: readonly { speed: string; width: number }[], gbps: number | null = null, more = {}) =>
  explainCable(
    { ...inputOfGiven({ width: "4X", speed: "FDR", hosts: [{ device: "node3", path: [...path] }] }), ...more },
    gbps,
  );
const told = (explanation: ReturnType<typeof explained>) =>
  piecesOf(explanation).map((piece) =>
    piece.kind === "node"
      ? `${piece.mark} ${piece.title}${piece.detail && ` ${piece.detail}`}`
      : [piece.figure ?? piece.detail, piece.gbps, piece.ceiling, piece.matches && "measured"]
          .filter(Boolean)
          .join(" "),
  );

describe("the pieces of the picture", () => {
  test("lead from the processor over every bridge to the card and the link", () => {
    expect(told(explained([pace("8 GT/s", 8), pace("2.5 GT/s", 8)], 15.2))).toEqual([
      "CPU node3",
      "PCIe gen1 x8 16 limit measured",
      "PCIe bridge link 2",
      "PCIe gen3 x8 63.008",
      "HCA HCA",
      "4X FDR 54.545",
    ]);
  });

  test("name a path that was not read, and the link as the ceiling where it is", () => {
    expect(told(explained([]))).toEqual(["CPU node3", "PCIe path not read", "HCA HCA", "4X FDR 54.545 best"]);
    expect(told(explained([pace("8 GT/s", 8)]))).toContain("4X FDR 54.545 best");
  });

  test("lead on to the other host of a measurement, from its card to its processor", () => {
    const [host] = inputOfGiven({
      width: "4X",
      speed: "FDR",
      hosts: [{ device: "node1", path: [pace("5 GT/s", 8)] }],
    }).hosts;
    const { link } = inputOfGiven({ width: "4X", speed: "QDR", hosts: [] });
    const port = {
      device: "sw1",
      port: "3",
      state: "Active",
      physState: "LinkUp",
      width: "4X",
      speed: "FDR",
      own: null,
    } as const;
    const near = inputOfGiven({
      width: "4X",
      speed: "FDR",
      hosts: [{ device: "node3", path: [pace("8 GT/s", 8)] }],
    }).hosts;
    const found = explained([], null, {
      hosts: [...near, { ...host, far: true }],
      switchPorts: [{ ...port, observedAt: 1, source: "s" }],
      farLink: { ...link, device: "node1" },
    });
    expect(told(found)).toEqual([
      "CPU node3",
      "PCIe gen3 x8 63.008",
      "HCA HCA",
      "4X FDR 54.545",
      "Switch sw1 port 3 Active, 4X FDR",
      "4X QDR 32",
      "HCA HCA",
      "PCIe gen2 x8 32 limit",
      "CPU node1",
    ]);
  });
});
