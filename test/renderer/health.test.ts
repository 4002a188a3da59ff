import { expect, test } from "vitest";
import type { Finding } from "../../electron/contract/fabric.ts";
import { healthOf } from "../../renderer/frame/health.ts";
import { cubeFabric } from "../rack/cube.ts";

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
  expect(healthOf(calm)).toEqual({ down: 0, look: 0 });
});

test("a finding on something that looks healthy wants a look; information does not", () => {
  const [cable] = calm.cables;
  const subject = { device: "sw1", ...(cable ? { cable: cable.id } : {}) };
  expect(healthOf({ ...calm, findings: [finding({ subject })] })).toEqual({ down: 0, look: 1 });
  expect(healthOf({ ...calm, findings: [finding({ severity: "info" })] })).toEqual({ down: 0, look: 0 });
});

test("a cable that is counted already is not counted again for its finding", () => {
  const [cable, ...others] = calm.cables;
  if (cable === undefined) throw new Error("the cube has a healthy cable");
  const cables = [{ ...cable, state: "degraded" as const }, ...others];
  const findings = [finding({ severity: "error", subject: { device: "sw1", cable: cable.id } })];
  expect(healthOf({ ...calm, cables, findings })).toEqual({ down: 0, look: 1 });
});

test("what the fabric's tools could not do at all wants a look; what they remark does not", () => {
  const problem = { code: "fabric.no-device", subject: "s", evidence: { source: "s", line: 1, text: "" } };
  const seen = (severity: "error" | "warning") => ({ nodes: [], links: [], problems: [{ ...problem, severity }] });
  expect(healthOf({ ...calm, fabric: seen("error") })).toEqual({ down: 0, look: 1 });
  expect(healthOf({ ...calm, fabric: seen("warning") })).toEqual({ down: 0, look: 0 });
});
