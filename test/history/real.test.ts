/** Counters of the real tools on real hosts: read, kept, judged. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../eventually.ts";
import { openStation, type Station } from "../fabric/station.ts";
import { startTestLab, type TestLab, whyNoTestLab } from "../lab/lab.ts";

const reason = whyNoTestLab();

describe.skipIf(reason !== "")(`counters of a real lab${reason && `: skipped, ${reason}`}`, () => {
  let lab: TestLab;
  let station: Station;
  beforeAll(async () => {
    lab = await startTestLab();
    station = await openStation({ ...lab, knownHosts: [lab.knownHosts] });
  });
  afterAll(async () => {
    await station?.[Symbol.asyncDispose]();
    await lab?.stop();
  });

  const findings = (rule: string) => station.state().findings.filter((finding) => finding.rule === rule);
  const series = (device: string, port: string) =>
    station.history.ports({ device, port, sinceMs: 600_000, points: 60 }).ports[0];
  const events = (kind: string) =>
    station.history.events({ sinceMs: 600_000, limit: 100, filter: {} }).events.filter((each) => each.kind === kind);

  it("are read once with an observation, and errors of old are no warning", async () => {
    await lab.setCounter(2, "PortCounters.LinkDownedCounter", 3);
    const state = await station.fabric.observe({ timeoutMs: 20_000 });
    expect(state.counters).toMatchObject({
      ports: 23,
      leftOut: 0,
      unanswered: 0,
      fault: null,
      observer: state.observer,
    });
    const [standing] = findings("counters.standing");
    expect(standing).toMatchObject({
      severity: "info",
      title: "sw1 port 2 counted errors before: LinkDownedCounter 3",
      subject: { device: "sw1", port: "2", cable: "node02 mlx4_0/1 -- sw1 2" },
      evidence: [{ source: `ibqueryerrors on ${state.observer}`, text: "[LinkDownedCounter == 3]" }],
    });
    expect(standing?.evidence[0]?.line).toBeGreaterThan(0);
    expect(findings("counters.rising")).toEqual([]);
  });

  it("that rise are a rate and a warning; cleared, an event and no rate below zero; full, 'at least'", {
    timeout: 60_000,
  }, async () => {
    const watching = station.watch();
    await eventually(() => expect(series("sw1", "3")?.points.length).toBeGreaterThan(0), 15_000);
    // The diagnostics' own packets are traffic.
    await eventually(() => expect(series("node03", "mlx4_0/1")?.xmitNow).toBeGreaterThan(0), 15_000);

    await lab.setCounter(3, "PortCounters.SymbolErrorCounter", 120);
    await eventually(() => expect(findings("counters.rising")).toHaveLength(1), 15_000);
    const [rising] = findings("counters.rising");
    expect(rising).toMatchObject({
      severity: "warning",
      subject: { device: "sw1", port: "3", cable: "node03 mlx4_0/1 -- sw1 3" },
    });
    expect(rising?.title).toMatch(/^sw1 port 3 counts errors now: SymbolErrorCounter rose by 120 in \d+ seconds$/);
    const most = () => Math.max(...(series("sw1", "3")?.points ?? []).map(({ errors }) => errors?.max ?? 0));
    // 120 within one interval of a second and a bit.
    await eventually(() => expect(most()).toBeGreaterThan(1000), 10_000);
    expect(series("sw1", "3")?.counters).toEqual([
      expect.objectContaining({ name: "SymbolErrorCounter", value: 120, atLeast: false }),
    ]);

    await lab.setCounter(3, "PortCounters.SymbolErrorCounter", 5);
    await eventually(() => expect(events("counters-reset").filter(({ port }) => port === "3")).toHaveLength(1), 10_000);
    await eventually(() => expect(findings("counters.rising")).toEqual([]), 10_000);
    expect(series("sw1", "3")?.resets).toHaveLength(1);

    await lab.setCounter(3, "PortCounters.SymbolErrorCounter", 65_535);
    await eventually(() => expect(findings("counters.full")).toHaveLength(1), 10_000);
    expect(findings("counters.full")[0]?.title).toBe(
      "sw1 port 3 has counters at their end: SymbolErrorCounter at least 65535",
    );
    expect(series("sw1", "3")?.counters).toEqual([
      { name: "SymbolErrorCounter", value: 65_535, atLeast: true, perMin: null },
    ]);
    expect(events("counter-full").map(({ device, port }) => `${device} ${port}`)).toEqual(["sw1 3"]);
    for (const { errors } of series("sw1", "3")?.points ?? []) expect(errors?.min ?? 0).toBeGreaterThanOrEqual(0);
    await watching.end();
  });

  it("a pulled cable and its return are events of the port and of the cable", { timeout: 40_000 }, async () => {
    const watching = station.watch();
    await lab.pullCable(4);
    await eventually(() => expect(events("cable-state").map(({ after }) => after)).toEqual(["down"]), 15_000);
    const ofPort = (): string[] =>
      station.history
        .events({ sinceMs: 600_000, limit: 100, filter: { device: "sw1", port: "4" } })
        .events.map(({ text }) => text);
    // The host says at once that its cable is out; the switch's port is seen with the next look at the whole fabric.
    await eventually(() => expect(ofPort()).toContain("went Down (Polling)"), 15_000);
    await lab.plugCable(4);
    await eventually(() => expect(events("cable-state").map(({ after }) => after)).toContain("as planned"), 15_000);
    await eventually(() => expect(ofPort().some((text) => text.startsWith("came up: "))).toBe(true), 15_000);
    await watching.end();
  });

  it("are a gap with its reason while no subnet manager answers, and no 'free of errors'", {
    timeout: 60_000,
  }, async () => {
    const watching = station.watch();
    await lab.stopManager();
    await eventually(() => expect(station.state().counters?.fault?.code).toBe("fabric.counters-no-sm"), 30_000);
    expect(findings("counters.unread")).toHaveLength(1);
    const readings = station.history.usage().readings;
    await lab.startManager();
    await eventually(() => expect(station.state().counters?.fault).toBeNull(), 30_000);
    await eventually(() => expect(station.history.usage().readings).toBeGreaterThan(readings), 15_000);
    await watching.end();
  });
});
