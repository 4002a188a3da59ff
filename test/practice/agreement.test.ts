/** In every combination of scenarios, all that the practice lab says about one thing agrees. */
import { expect, test } from "vitest";
import { hostCommand, lspciCommand } from "../../electron/fabric/commands.ts";
import { judgeSlot } from "../../electron/fabric/judge-slot.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { readIbstat } from "../../electron/fabric/read/ibstat.ts";
import { readLspci } from "../../electron/fabric/read/lspci.ts";
import { readPaths, slotOf } from "../../electron/fabric/slot.ts";
import { createHost } from "../../electron/practice/machine.ts";
import { switchFacts } from "../../electron/practice/machines.ts";
import { firstPort } from "../../electron/practice/model.ts";
import { type ScenarioId, scenarios } from "../../electron/practice/scenarios.ts";
import { loginVariables } from "../../electron/practice/shell/bash.ts";
import { Shell } from "../../electron/practice/shell/interpreter.ts";
import { Collector, emptySource } from "../../electron/practice/shell/io.ts";
import { SwitchCli } from "../../electron/practice/shell/switch-cli.ts";
import { commandTable } from "../../electron/practice/shell/table.ts";
import { World } from "../../electron/practice/world.ts";

/** What changes the fabric; the others touch no cable, slot or port. */
const ids = scenarios.map(({ id }) => id).filter((id) => !["failing-memory", "wrong-clock", "full-disk"].includes(id));
const subsets = Array.from({ length: 2 ** ids.length }, (_, bits) => ids.filter((_id, index) => (bits >> index) & 1));

function lab(active: readonly ScenarioId[]) {
  let now = Date.UTC(2026, 0, 5, 8);
  const world = new World(() => now);
  for (const id of active) {
    now += 1000;
    world.set(id, true);
  }
  const ask = async (node: string, command: string) => {
    const out = new Collector(1_000_000);
    const shell = new Shell({
      host: createHost(world, node, () => []),
      commands: commandTable,
      terminal: null,
      variables: loginVariables(new Map()),
    });
    await shell.run(command, { in: emptySource, out, err: out }, new AbortController().signal);
    return out.text;
  };
  return { world, ask, cli: new SwitchCli(world, now) };
}

test.each(subsets.map((subset) => [subset.join(" + ") || "nothing broken", subset] as const))(
  "%s",
  async (_title, active) => {
    const { world, ask, cli } = lab(active);
    const seen = readIblinkinfo(await ask("node1", "iblinkinfo --line"));
    expect(seen.unread).toEqual([]);
    const topology = readIbnetdiscover(await ask("node1", "ibnetdiscover"));
    expect(topology.unread).toEqual([]);
    const switchRecords = seen.records.filter((record) => BigInt(record.guid ?? 0) === BigInt(switchFacts.guid));
    expect(switchRecords).toHaveLength(18);

    for (const server of world.cube.servers.filter(({ on }) => on)) {
      const reading = readIbstat(await ask(server.name, "ibstat"));
      expect(reading.unread).toEqual([]);
      const hca = reading.hcas[0];
      const port = hca?.ports[0];
      const expectUp = server.switchPort !== null;
      expect([hca?.name, hca?.nodeGuid, port?.state]).toEqual([
        "mlx4_0",
        server.hca.nodeGuid,
        expectUp ? "Active" : "Down",
      ]);
      expect(await ask(server.name, "cat /sys/class/infiniband/mlx4_0/ports/1/state")).toBe(
        expectUp ? "4: ACTIVE\n" : "1: DOWN\n",
      );
      expect(await ask(server.name, "ibstatus | grep -c ACTIVE")).toBe(expectUp ? "1\n" : "0\n");

      const last = (await ask(server.name, "dmesg | grep 'Port: 1 Link' | tail -1")).trim();
      expect(last.endsWith(expectUp ? "Link ACTIVE" : "Link DOWN")).toBe(true);
      expect(await ask(server.name, "journalctl -k -q | grep -c 'Port: 1 Link'")).toBe(
        await ask(server.name, "dmesg -T | grep -c 'Port: 1 Link'"),
      );

      const [, , script = ""] = hostCommand;
      const whole = readPaths(await ask(server.name, script.replace("exec ibstat", "ibstat")));
      expect(readIbstat(whole.rest)).toEqual(reading);
      const path = whole.paths.get("mlx4_0") ?? [];
      const slot = slotOf(path, null);
      expect(path.map(({ address }) => address)).toEqual([server.hcaAddress, server.bridgeAddress]);
      const slow = active.includes("slow-slot") && server.name === "node3";
      expect(slot && judgeSlot(slot)).toEqual(
        slow
          ? { atFault: true, gbps: 16, words: "Slot runs PCIe gen1 x8, it can PCIe gen2 x8: 16 of 32 Gb/s" }
          : { atFault: false, gbps: 32, words: "carries at most 32 Gb/s" },
      );
      const bySysfs = Number.parseFloat(slot?.path[0]?.runs?.speed ?? "");
      const addresses = path.map(({ address }) => address);
      const asked = lspciCommand(addresses)?.[2]?.replace('"$@"', addresses.join(" ")) ?? "";
      const told = { reading: readLspci(await ask(server.name, asked)), observedAt: 0, why: "" };
      expect(slotOf(path, told)?.maxPayload.bytes).toBe(256);
      const byLspci = slotOf(
        path.map((port) => ({ ...port, runs: null, can: null })),
        told,
      );
      expect(byLspci && judgeSlot(byLspci)).toEqual(slot && judgeSlot(slot));
      const byDmesg = /speed is ([\d.]+)GT/.exec(
        await ask(server.name, "dmesg | grep 'PCIe link speed' | tail -1"),
      )?.[1];
      expect(slot?.address).toBe(server.hcaAddress);
      expect(bySysfs).toBe(slow ? 2.5 : 5);
      expect([Number.parseFloat(byLspci?.path[0]?.runs?.speed ?? ""), Number(byDmesg)]).toEqual([bySysfs, bySysfs]);

      // A node whose cable is pulled sees itself alone; any other sees what node1 sees.
      const view = readIblinkinfo(await ask(server.name, "iblinkinfo --line"));
      expect(view.records.length).toBe(expectUp ? seen.records.length : 1);
    }

    for (const { number, up, peer } of world.cube.ports) {
      const screen = cli.answer(`show interfaces ib 1/${number}`).text;
      const record = switchRecords.find((one) => one.port === number);
      expect(screen).toContain(`Logical port state          : ${up ? "Active" : "Down"}`);
      expect(screen).toContain(`Physical port state         : ${up ? "LinkUp" : "Polling"}`);
      expect([record?.state, record?.physState]).toEqual(up ? ["Active", "LinkUp"] : ["Down", "Polling"]);
      const expected = world.cube.servers.find(({ name }) => name === peer);
      const found = record?.peer === "silent" ? null : (record?.peer ?? null);
      expect(found?.guid ?? null).toBe(expected ? firstPort(expected).guid : null);
    }
  },
);

test("a port shut on the switch is down for both ends, whatever is plugged there", async () => {
  for (const active of [[], ["swap-cables"], ["pull-cable"]] as const) {
    const { world, ask } = lab(active);
    const host = world.cube.servers.find(({ switchPort }) => switchPort === 2)?.name ?? "";
    world.shut(2, true);
    expect(readIbstat(await ask(host, "ibstat")).hcas[0]?.ports[0]).toMatchObject({
      state: "Down",
      physState: "Polling",
    });
    const seen = readIblinkinfo(await ask("node1", "iblinkinfo --line"));
    expect(seen.unread).toEqual([]);
    const record = seen.records.find(({ guid, port }) => BigInt(guid ?? 0) === BigInt(switchFacts.guid) && port === 2);
    expect(record).toMatchObject({ state: "Down", physState: "Disabled" });
    world.shut(2, false);
    expect(readIbstat(await ask(host, "ibstat")).hcas[0]?.ports[0]?.state).toBe("Active");
  }
});

test("mending everything restores every text", async () => {
  const fresh = lab([]);
  const mended = lab(ids);
  for (const id of ids) mended.world.set(id, false);
  for (const command of [
    "ibstat",
    "iblinkinfo",
    "ibnetdiscover -p",
    "lspci -vv",
    "ibqueryerrors",
    "cat /sys/class/infiniband/mlx4_0/device/*speed",
  ]) {
    for (const { name } of fresh.world.cube.servers)
      expect(await mended.ask(name, command)).toBe(await fresh.ask(name, command));
  }
  expect(mended.cli.answer("show interfaces ib 1").text).toBe(fresh.cli.answer("show interfaces ib 1").text);
});
