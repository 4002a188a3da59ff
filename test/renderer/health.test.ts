import { expect, test } from "vitest";
import type { Finding } from "../../electron/contract/fabric.ts";
import { countOf, healthOf } from "../../renderer/plan/health.ts";
import { cubeFabric } from "../rack/cube.ts";

const counts = (...given: Parameters<typeof healthOf>) => {
  const { down, look } = healthOf(...given);
  return { down: countOf(down), look: countOf(look) };
};

const calm = {
  devices: {},
  cables: cubeFabric.cables.filter(({ state }) => state === "healthy"),
  findings: [],
  fabric: null,
};
const finding = (changes: Partial<Finding>): Finding => ({
  id: "counters.rising sw1 3",
  rule: "counters.rising",
  severity: "warning",
  subject: { device: "sw1", port: "3" },
  title: "Errors rise",
  detail: "",
  next: "",
  evidence: [],
  ...changes,
});

test("a lab with healthy cables and nothing found is well", () => {
  expect(calm.cables.length).toBeGreaterThan(0);
  expect(counts(calm)).toEqual({ down: 0, look: 0 });
});

test("a finding on something that looks healthy wants a look; information does not", () => {
  const [cable] = calm.cables;
  const subject = { device: "sw1", ...(cable ? { cable: cable.id } : {}) };
  expect(counts({ ...calm, findings: [finding({ subject })] })).toEqual({ down: 0, look: 1 });
  expect(counts({ ...calm, findings: [finding({ severity: "info" })] })).toEqual({ down: 0, look: 0 });
});

test("a cable that is counted already is not counted again for its finding", () => {
  const [cable, ...others] = calm.cables;
  if (cable === undefined) throw new Error("the cube has a healthy cable");
  const cables = [{ ...cable, state: "degraded" as const }, ...others];
  const findings = [finding({ severity: "error", subject: { device: "sw1", cable: cable.id } })];
  expect(counts({ ...calm, cables, findings })).toEqual({ down: 0, look: 1 });
});

test("each count knows what it counts", () => {
  const [first, second] = calm.cables;
  if (first === undefined || second === undefined) throw new Error("the cube has healthy cables");
  const devices = {
    sw1: { ...Object.values(cubeFabric.devices)[0], reach: "unreachable" },
    node1: { ...Object.values(cubeFabric.devices)[0], reach: "refused" },
  } as typeof cubeFabric.devices;
  const cables = [
    { ...first, state: "down" as const },
    { ...second, state: "absent" as const },
  ];
  expect(healthOf({ devices, cables, findings: [finding({})], fabric: null })).toEqual({
    down: { devices: ["sw1"], cables: [first.id], findings: [], problems: [] },
    look: { devices: ["node1"], cables: [second.id], findings: ["counters.rising sw1 3"], problems: [] },
  });
});

test("what the fabric's tools could not do at all wants a look; what they remark does not", () => {
  const problem = { code: "fabric.no-device" as const, subject: "s", evidence: { source: "s", line: 1, text: "" } };
  const seen = (severity: "error" | "warning") => ({ nodes: [], links: [], problems: [{ ...problem, severity }] });
  expect(counts({ ...calm, fabric: seen("error") })).toEqual({ down: 0, look: 1 });
  expect(counts({ ...calm, fabric: seen("warning") })).toEqual({ down: 0, look: 0 });
});
