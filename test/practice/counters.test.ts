/** Counters of the practice lab live: they rise with the clock, agree from tool to tool, and follow cables and scenarios. */
import { expect, test } from "vitest";
import { readIbqueryerrors } from "../../electron/fabric/read/ibqueryerrors.ts";
import { readPerfquery } from "../../electron/fabric/read/perfquery.ts";
import { createHost } from "../../electron/practice/machine.ts";
import { scenarios } from "../../electron/practice/scenarios.ts";
import { loginVariables } from "../../electron/practice/shell/bash.ts";
import { Shell } from "../../electron/practice/shell/interpreter.ts";
import { Collector, emptySource } from "../../electron/practice/shell/io.ts";
import { commandTable } from "../../electron/practice/shell/table.ts";
import { World } from "../../electron/practice/world.ts";

function openLab() {
  let now = Date.UTC(2026, 0, 5, 8);
  const world = new World(() => now);
  const ask = async (command: string, node = "node1") => {
    const out = new Collector(1_000_000);
    const shell = new Shell({
      host: createHost(world, node, () => []),
      commands: commandTable,
      terminal: null,
      variables: loginVariables(new Map()),
    });
    const code = await shell.run(command, { in: emptySource, out, err: out }, new AbortController().signal);
    return { text: out.text, code };
  };
  const traffic = async () => {
    const { ports, unread } = readIbqueryerrors((await ask("ibqueryerrors --counters")).text);
    expect(unread).toEqual([]);
    return new Map(ports.map(({ description, port, counters }) => [`${description} ${port}`, counters]));
  };
  const errors = async () => {
    const { text, code } = await ask("ibqueryerrors --threshold-file /dev/null");
    const { ports, unread, summary } = readIbqueryerrors(text);
    expect([unread, summary === null]).toEqual([[], false]);
    expect(code).toBe(ports.length > 0 ? 1 : 0);
    return new Map(ports.map(({ description, port, counters }) => [`${description} ${port}`, counters]));
  };
  return { world, ask, traffic, errors, wait: (ms: number) => (now += ms) };
}

const sw = "MF0;sw1:SX6018/U1";

test("traffic rises with the clock, and what one end sent the other received", async () => {
  const lab = openLab();
  const first = await lab.traffic();
  expect(first.size).toBe(24);
  lab.wait(10_000);
  const second = await lab.traffic();
  for (const number of [1, 2, 3, 4, 5]) {
    const [card, port] = [second.get(`node${number} mlx4_0 1`), second.get(`${sw} ${number}`)];
    expect(port?.PortRcvData).toBe(card?.PortXmitData);
    expect(port?.PortXmitData).toBe(card?.PortRcvData);
    expect(card?.PortXmitData).toBeGreaterThan((first.get(`node${number} mlx4_0 1`)?.PortXmitData ?? 0) + 1e6);
    const [own] = readPerfquery((await lab.ask("perfquery -x", `node${number}`)).text).ports;
    expect(own?.counters.PortXmitData).toBe(card?.PortXmitData);
  }
  expect(second.get(`${sw} 7`)).toMatchObject({ PortXmitData: 0, PortRcvData: 0 });
  expect((await lab.errors()).size).toBe(0);
});

test("a failing cable counts errors at both ends, more and more, up to the counters' ends; a new one begins at zero", async () => {
  const lab = openLab();
  lab.world.set("failing-cable", true);
  lab.wait(60_000);
  const early = await lab.errors();
  expect([...early.keys()]).toEqual(["node2 mlx4_0 1", `${sw} ALL`, `${sw} 2`]);
  expect(early.get(`${sw} 2`)).toEqual({ SymbolErrorCounter: 162, LinkErrorRecoveryCounter: 4 });
  expect(early.get("node2 mlx4_0 1")).toEqual({ SymbolErrorCounter: 54, LinkErrorRecoveryCounter: 1 });
  const [port] = readPerfquery((await lab.ask("perfquery 6 2")).text).ports;
  expect(port?.counters).toMatchObject({ SymbolErrorCounter: 162, LinkErrorRecoveryCounter: 4, LinkDownedCounter: 0 });
  lab.wait(100 * 3_600_000);
  expect((await lab.errors()).get(`${sw} 2`)).toEqual({ SymbolErrorCounter: 65_535, LinkErrorRecoveryCounter: 255 });
  lab.world.set("failing-cable", false);
  expect((await lab.errors()).size).toBe(0);
});

test("counters never fall but where a node was off, whatever is broken and mended", async () => {
  const lab = openLab();
  let before = await lab.traffic();
  for (const { id } of [...scenarios, ...scenarios]) {
    lab.world.set(id, !lab.world.isActive(id));
    lab.wait(5000);
    const now = await lab.traffic();
    for (const [port, counters] of now) {
      const old = before.get(port);
      if (port.startsWith("node5") || old === undefined) continue;
      for (const [name, value] of Object.entries(counters)) expect(value).toBeGreaterThanOrEqual(old[name] ?? 0);
    }
    before = new Map([...before, ...now]);
  }
});
