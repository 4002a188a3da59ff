/** Cases to solve with logs: what is broken shows in the places where a real machine shows it, and nowhere once it is mended. */
import { expect, test } from "vitest";
import { createHost } from "../../electron/practice/machine.ts";
import type { ScenarioId } from "../../electron/practice/scenarios.ts";
import { loginVariables } from "../../electron/practice/shell/bash.ts";
import { Shell } from "../../electron/practice/shell/interpreter.ts";
import { Collector, emptySource } from "../../electron/practice/shell/io.ts";
import { commandTable } from "../../electron/practice/shell/table.ts";
import { World } from "../../electron/practice/world.ts";

function lab() {
  const clock = { now: Date.UTC(2026, 0, 5, 8) };
  const world = new World(() => clock.now);
  const ask = async (node: string, command: string) => {
    const out = new Collector(1_000_000);
    const host = createHost(world, node, () => []);
    const shell = new Shell({ host, commands: commandTable, terminal: null, variables: loginVariables(new Map()) });
    await shell.run(command, { in: emptySource, out, err: out }, new AbortController().signal);
    return out.text;
  };
  const set = (id: ScenarioId, active: boolean) => world.set(id, active);
  return { clock, ask, set };
}

test("failing memory: kernel, journal, counter and event log tell of one DIMM, and more as time goes on", async () => {
  const { clock, ask, set } = lab();
  const count = async () => Number(await ask("node4", "cat /sys/devices/system/edac/mc/mc1/ce_count"));
  expect(await count()).toBe(0);
  set("failing-memory", true);
  const first = await count();
  expect(first).toBeGreaterThan(50);
  const lines = (await ask("node4", "dmesg | grep EDAC")).trim().split("\n");
  const summed = lines.reduce(
    (sum, line) => sum + Number(/MC1: (\d+) CE error on CPU#1Channel#2_DIMM#0 /.exec(line)?.[1]),
    0,
  );
  expect(summed).toBe(first);
  for (const command of ["journalctl -k -q -o json | grep -c ' CE error '", "grep -c ' CE error ' /var/log/messages"])
    expect(Number(await ask("node4", command))).toBe(lines.length);
  expect(await ask("node4", "ipmitool sel elist | tail -n 1")).toMatch(
    /^ +[0-9a-f]+ \| 01\/05\/2026 \| \d\d:\d\d:\d\d \| Memory ECC Corr Err \| Correctable ECC \| Asserted\n$/,
  );
  clock.now += 10 * 60_000;
  expect(await count()).toBeGreaterThan(first);
  expect(await ask("node3", "dmesg | grep -c EDAC")).toBe("0\n");
  set("failing-memory", false);
  expect(await ask("node4", "dmesg | grep -c EDAC; ipmitool sel elist | grep -c Memory")).toBe("0\n0\n");
});

test("a wrong clock is in the date, the boot time, the journal and dmesg alike", async () => {
  const { ask, set } = lab();
  const commands = [
    "date +%s",
    "sed -n 's/^btime //p' /proc/stat",
    `journalctl -k -q -o json | sed -n 's/.*__REALTIME_TIMESTAMP":"\\([0-9]*\\)[0-9]\\{6\\}".*/\\1/p' | tail -n 1`,
  ];
  const asked = async () => Promise.all(commands.map(async (command) => Number(await ask("node3", command))));
  const right = await asked();
  set("wrong-clock", true);
  expect(await asked()).toEqual(right.map((seconds) => seconds - 420));
  expect(await ask("node3", "date +%T; dmesg | tail -n 1")).toContain("07:53:00\n");
  expect(await ask("node4", "date +%T")).toBe("08:00:00\n");
});

test("a full disk takes no more: writes fail, messages ends, the kernel's buffer goes on", async () => {
  const { clock, ask, set } = lab();
  set("full-disk", true);
  clock.now += 60_000;
  set("swap-cables", true);
  expect(await ask("node2", "echo x > /tmp/f")).toContain("No space left on device");
  expect(await ask("node2", "df / | tail -n 2 | grep centos")).toContain("100%");
  expect(Number(await ask("node2", "dmesg | wc -l"))).toBeGreaterThan(
    Number(await ask("node2", "grep -c kernel: /var/log/messages")),
  );
});

test("boots, windows and the packed log of the day before are told as systemd and logrotate do", async () => {
  const { ask } = lab();
  expect(await ask("node1", "journalctl -q --list-boots")).toMatch(
    /^ 0 [0-9a-f]{32} Mon 2026-01-05 \d\d:\d\d:\d\d UTC\xe2\x80\x94Mon 2026-01-05 /,
  );
  expect(await ask("node1", "last -x -F reboot")).toMatch(/^reboot {3}system boot .* Mon Jan {2}5 04:4\d:\d\d 2026 - /);
  expect(await ask("node1", "journalctl -q --since '1 hour ago' | wc -l")).toBe("0\n");
  expect(await ask("node1", "journalctl -q -S @0 -U now -o json | head -n 1")).toMatch(
    /^\{"__REALTIME_TIMESTAMP":"\d{16}"/,
  );
  expect(await ask("node1", "zcat /var/log/messages-*.gz | wc -l; ls /var/log")).toBe(
    "24\ndmesg\nmessages\nmessages-20260105.gz\n",
  );
});
