/** The switch service against a real sshd with a scripted switch behind it: a terminal with echo, pager and moods. */
import { userInfo } from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CableLive } from "../../electron/contract/fabric.ts";
import type { SwitchChange } from "../../electron/contract/switch.ts";
import { whyNoSshd } from "../ssh/sshd.ts";
import { openSwitch, type Station } from "./station.ts";

vi.setConfig({ testTimeout: 30_000 });

const read = (station: Station) => station.switches.observe({ timeoutMs: 20_000 });
/** Made as it was shown. */
const make = async (station: Station, change: SwitchChange, confirm?: string) => {
  const shown = await station.switches.plan({ device: "sw1", change });
  return station.switches.apply({ device: "sw1", change, shown, confirm });
};
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "no fault",
    (error: { fault?: { code: string } }) => error.fault?.code ?? String(error),
  );

describe.skipIf(whyNoSshd !== "")(`a switch over real SSH${whyNoSshd && `: skipped, ${whyNoSshd}`}`, () => {
  let station: Station;
  afterEach(async () => {
    await station?.[Symbol.asyncDispose]();
  });

  it("tells its release, parts, ports and subnet manager, and is left in the operator's mode", async () => {
    station = await openSwitch({});
    await read(station);
    const live = station.live();
    expect(live).toMatchObject({
      fault: null,
      host: "switch-c0ffe0",
      role: "standalone: master",
      version: { product: "MLNX-OS", release: "3.6.8012", uptime: "12d 3h 4m 5.678s" },
      sm: { running: true, why: null },
    });
    expect(live.modules).toHaveLength(5);
    expect(live.temperatures).toHaveLength(6);
    expect(live.fans.at(-1)).toEqual({ module: "PS2", fan: "-", speedRpm: null, status: "NOT PRESENT", ok: null });
    expect(live.supplies).toEqual([]);
    const observedAt = live.observedAt ?? 0;
    expect(live.ports).toEqual([
      {
        name: "1/1",
        number: 1,
        type: "infiniband",
        logical: "Active",
        physical: "LinkUp",
        rateGbps: 56,
        width: "4X",
        speed: "FDR",
        supportedSpeeds: ["SDR", "DDR", "QDR", "FDR10", "FDR"],
        description: "",
        warning: null,
        transceiver: null,
        observedAt,
        since: observedAt,
      },
      {
        name: "1/3",
        number: 3,
        type: "ethernet",
        logical: "Down",
        physical: "Polling",
        rateGbps: null,
        width: null,
        speed: null,
        supportedSpeeds: ["SDR", "DDR", "QDR", "FDR10", "FDR"],
        description: "",
        warning: "High power transceiver is not supported",
        transceiver: null,
        observedAt,
        since: observedAt,
      },
    ]);
    expect(live.sources.find(({ command }) => command === "show power")).toMatchObject({
      refused: expect.stringMatching(/^Unrecognized command "show power"/),
    });
    expect(await station.typed()).toEqual([
      "no cli session paging enable",
      "show interfaces ib 1",
      "show version",
      "show inventory",
      "show ports type",
      "show fan",
      "show temperature",
      "show power",
      "enable",
      "show ib sm",
      "disable",
    ]);
    await read(station);
    // The same session, and only what is due.
    expect((await station.typed()).slice(11)).toEqual([
      "show interfaces ib 1",
      "enable",
      "show interfaces ib 1/1 transceiver",
      "disable",
    ]);
    expect(station.live().ports[0]?.transceiver).toMatchObject({ identifier: "QSFP+", partNumber: "MC2207130-002" });
  });

  it.each([
    ["release 3.2 with its wrapped table", { release: "3.2" }, 6],
    ["a line editor that draws the line anew", { redraws: true, pieces: 5 }, 5],
    ["a cluster's standby", { role: "cube: standby" }, 5],
    ["a role that is not known yet", { role: "standalone: unknown" }, 5],
  ] as const)("reads %s", async (_title, script, modules) => {
    station = await openSwitch({ script });
    await read(station);
    expect(station.live()).toMatchObject({ fault: null, version: { release: "3.6.8012" }, sm: { running: true } });
    expect(station.live().modules).toHaveLength(modules);
  });

  it.each([
    ["takes terminal length where the session's paging cannot be turned off", ["no cli session paging enable"]],
    ["turns the pages where neither is taken", ["no cli session paging enable", "terminal length 999"]],
  ])("%s", async (_title, unknown) => {
    station = await openSwitch({ script: { unknown, rows: 3 } });
    await read(station);
    expect(station.live()).toMatchObject({ fault: null, version: { release: "3.6.8012", uptime: "12d 3h 4m 5.678s" } });
    expect(station.live().ports.map(({ name }) => name)).toEqual(["1/1", "1/3"]);
  });

  it("an account that may not enable tells the rest, and is not asked again at each poll", async () => {
    station = await openSwitch({ script: { enableRefused: true } });
    await read(station);
    expect(station.live()).toMatchObject({
      fault: null,
      sm: { running: null, why: "Insufficient privileges for command execution." },
    });
    expect(station.live().ports).toHaveLength(2);
    await read(station);
    expect((await station.typed()).filter((line) => line === "enable")).toHaveLength(1);
  });

  it("a password for enable is asked of nobody by a poll, and of the admin by a change", async () => {
    station = await openSwitch({ script: { enablePassword: "s3cret" } });
    await read(station);
    expect(station.live().sm).toMatchObject({ running: null, why: "it asks for a password" });
    expect(station.ssh.state.get().questions).toEqual([]);
    const done = make(station, { kind: "describe", port: "1/1", description: "a b" });
    const question = await vi.waitFor(() => {
      const [open] = station.ssh.state.get().questions;
      expect(open).toMatchObject({ secret: "command", subject: "enable on sw1", device: "sw1" });
      return open;
    });
    await station.ssh.answer({
      id: question?.id ?? "",
      answer: { kind: "secret", values: ["s3cret"], remember: false },
    });
    expect(await done).toMatchObject({ verified: true });
    await read(station);
    expect(station.live().sm).toMatchObject({ running: true, why: null });
    expect(JSON.stringify(await station.typed())).not.toContain("s3cret");
  });

  const enableWith = async (password: string) => {
    const done = make(station, { kind: "enable", port: "1/1" });
    const id = await vi.waitFor(() => {
      const [open] = station.ssh.state.get().questions;
      expect(open).toBeDefined();
      return open?.id ?? "";
    }, 10_000);
    await station.ssh.answer({ id, answer: { kind: "secret", values: [password], remember: false } });
    return done;
  };
  const passwords = async () => (await station.typed()).filter((line) => line === "<password>").length;

  it("a password that the switch does not take any more is not tried a second time", async () => {
    station = await openSwitch({ script: { enablePassword: "s3cret" } });
    expect(await enableWith("s3cret")).toMatchObject({ verified: true });
    expect(await passwords()).toBe(1);
    await station.script({ enablePassword: "other", asksAgain: true });
    await station.sshd.kill();
    await station.sshd.start();
    await station.ssh.connect("sw1");
    for (const _ of [1, 2, 3]) await read(station);
    expect(await passwords()).toBe(2);
    expect(station.live().ports).toHaveLength(2);
  });

  it("a password is not used for a device of the same name and address in another lab file", async () => {
    station = await openSwitch({ script: { enablePassword: "s3cret" } });
    expect(await enableWith("s3cret")).toMatchObject({ verified: true });
    await station.openTwin();
    await read(station);
    expect(station.live().sm).toMatchObject({ running: null, why: "it asks for a password" });
    expect(await passwords()).toBe(1);
  });

  it("a wrong password or none changes nothing", async () => {
    station = await openSwitch({ script: { enablePassword: "s3cret" } });
    const change = { kind: "enable", port: "1/1" } as const;
    for (const [answer, expected] of [
      [{ kind: "secret", values: ["wrong"], remember: false } as const, "switch.no-rights"],
      [null, "ssh.dismissed"],
    ] as const) {
      const done = code(make(station, change));
      const id = await vi.waitFor(() => {
        const [open] = station.ssh.state.get().questions;
        expect(open).toBeDefined();
        return open?.id ?? "";
      }, 10_000);
      await station.ssh.answer({ id, answer });
      expect(await done).toBe(expected);
    }
    expect(await station.typed()).not.toContain("configure terminal");
  });

  it("the wizard of a reset switch is told and not answered", async () => {
    station = await openSwitch({ script: { wizard: true } });
    await read(station);
    expect(station.live().fault).toMatchObject({ code: "switch.wizard", evidence: expect.stringContaining("wizard") });
    expect(await station.typed()).toEqual([]);
  });

  it.each([
    ["never answers", { hangs: "show fan" }, 1500, "switch.no-prompt"],
    ["ends in the middle of an answer", { dies: "show fan" }, 20_000, "switch.session-lost"],
    // It is over once it printed too much, however long that takes.
    ["prints without end", { floods: "show fan" }, 20_000, "switch.flood"],
  ] as const)(
    "one that %s is told of, keeps what it said before, and is read anew in another session",
    async (_title, script, commandMs, expected) => {
      station = await openSwitch({ script, timings: { commandMs, settleMs: 200 } });
      await read(station);
      expect(station.live().fault?.code).toBe(expected);
      expect(station.live().fault?.detail).toContain("“show fan”");
      await station.script({ hangs: null, dies: null, floods: null });
      await read(station);
      expect(station.live()).toMatchObject({ fault: null, version: { release: "3.6.8012" } });
      expect(station.live().fans).toHaveLength(6);
    },
  );

  it("a connection that is lost is told of, and found again", async () => {
    station = await openSwitch({});
    await read(station);
    await station.sshd.kill();
    await read(station);
    expect(station.live().fault).not.toBeNull();
    expect(station.live().ports).toHaveLength(2);
    await station.sshd.start();
    await station.ssh.connect("sw1");
    await read(station);
    expect(station.live().fault).toBeNull();
  });

  it("polls only while watched", async () => {
    station = await openSwitch({});
    expect(station.switches.state.get().paused).toBe(true);
    const stop = new AbortController();
    const watching = (async () => {
      for await (const _message of station.switches.state.watch(stop.signal));
    })();
    await vi.waitFor(() => expect(station.live().ports).toHaveLength(2), { timeout: 10_000 });
    const first = station.live().observedAt ?? 0;
    await vi.waitFor(() => expect(station.live().observedAt).toBeGreaterThan(first), { timeout: 10_000 });
    stop.abort();
    await watching;
    expect(station.switches.state.get().paused).toBe(true);
  });

  const cable: CableLive = {
    id: "node4 mlx4_0/1 -- sw1 1",
    planned: 0,
    a: { device: "node4", port: "mlx4_0/1", inLab: true, at: null },
    b: { device: "sw1", port: "1", inLab: true, at: null },
    state: "healthy",
    logical: "Active",
    physical: "LinkUp",
    width: "4X",
    speed: "FDR",
    dataGbps: 54.545,
    reason: "",
    observedAt: 1,
    since: 1,
    observedBy: "node4",
    difference: "as-planned",
    story: null,
  };

  it("shuts a port only when its name is typed, with the lines it told of before, and reads it back", async () => {
    station = await openSwitch({ fabric: { cables: [cable], observer: "node4" } });
    const change = { kind: "shut", port: "1/1" } as const;
    await read(station);
    const before = (await station.typed()).length;
    const plan = await station.switches.plan({ device: "sw1", change });
    expect(plan).toEqual({
      device: "sw1",
      address: expect.stringContaining("@127.0.0.1:"),
      change,
      lines: ["enable", "configure terminal", "interface ib 1/1", "shutdown", "exit", "exit", "disable"],
      readBack: "show interfaces ib 1/1",
      effects: [
        "node4 loses the link of mlx4_0/1, and with it its own view of the fabric.",
        "What runs over it stops until the port is enabled again.",
      ],
      cables: [{ id: cable.id, device: "node4", port: "mlx4_0/1" }],
      confirm: "1/1",
      lasts: "It lasts until the switch is reloaded: the start-up configuration is not written.",
    });
    expect(await code(make(station, change))).toBe("switch.not-confirmed");
    expect(await code(make(station, change, "1/2"))).toBe("switch.not-confirmed");
    expect(await station.typed()).toHaveLength(before);
    const result = await make(station, change, "1/1");
    expect(result).toMatchObject({ verified: true, told: "Port 1/1 is Down, physically Disabled." });
    expect(result.typed.map(({ line }) => line)).toEqual([...plan.lines, "show interfaces ib 1/1"]);
    expect((await station.typed()).slice(before)).toEqual([...plan.lines, "show interfaces ib 1/1"]);
    await read(station);
    expect(station.live().ports[0]).toMatchObject({ logical: "Down", physical: "Disabled" });
    expect(await make(station, { kind: "enable", port: "1/1" })).toMatchObject({
      verified: true,
      told: "Port 1/1 is Active, physically LinkUp.",
    });
    expect(await station.typed()).not.toContain("write memory");
  });

  it("describes a port in quotes where it must, takes the description away again, and saves only when asked", async () => {
    station = await openSwitch({});
    const label = (description: string) => make(station, { kind: "describe", port: "1/1", description });
    expect(await label("to node4 (rear)")).toMatchObject({ verified: true });
    await read(station);
    expect(station.live().ports[0]?.description).toBe("to node4 (rear)");
    expect(await label("IB-4")).toMatchObject({ verified: true });
    expect(await label("")).toMatchObject({ verified: true, told: "The description of port 1/1 is empty." });
    expect((await station.typed()).filter((line) => /description/.test(line))).toEqual([
      'description "to node4 (rear)"',
      "description IB-4",
      "no description",
    ]);
    expect(await make(station, { kind: "save" })).toMatchObject({
      verified: false,
    });
    expect(await station.typed()).toContain("write memory");
  });

  it("refuses a description that its command line cannot be given, before anything is typed", async () => {
    station = await openSwitch({});
    const change = { kind: "describe", port: "1/1", description: 'a"\nshutdown' } as const;
    expect(await code(station.switches.plan({ device: "sw1", change }))).toBe("switch.bad-description");
    expect(await code(station.switches.apply({ device: "sw1", change, shown: { address: "", lines: [] } }))).toBe(
      "switch.bad-description",
    );
    expect(await station.typed()).toEqual([]);
  });

  it("stops at the first line that is refused or leads elsewhere, and ends the session", async () => {
    station = await openSwitch({ script: { unknown: ["interface ib 1/1"] } });
    const change = { kind: "enable", port: "1/1" } as const;
    expect(await code(make(station, change))).toBe("switch.refused");
    expect(await station.typed()).not.toContain("no shutdown");
    await read(station);
    // Another session, from the operator's mode.
    expect((await station.typed()).filter((line) => line === "no cli session paging enable")).toHaveLength(2);
    expect(station.live().fault).toBeNull();
  });

  it("does not claim to know what became of a change whose answer was lost", async () => {
    station = await openSwitch({ script: { dies: "shutdown" } });
    const done = make(station, { kind: "shut", port: "1/1" }, "1/1");
    expect(await code(done)).toBe("switch.result-unknown");
  });

  it.each(["1", "IB1/1"])("takes port %s as people write it, and tells of it as the switch does", async (port) => {
    station = await openSwitch({});
    await read(station);
    const result = await make(station, { kind: "shut", port }, "1/1");
    expect(result).toMatchObject({ change: { kind: "shut", port: "1/1" }, verified: true });
    expect(await station.typed()).toContain("interface ib 1/1");
  });

  it("makes no change that was shown for another switch, or with other lines", async () => {
    station = await openSwitch({});
    await read(station);
    const before = await station.typed();
    const change = { kind: "enable", port: "1/1" } as const;
    const shown = await station.switches.plan({ device: "sw1", change });
    expect(shown.address).toBe(`${userInfo().username}@${station.sshd.host}:${station.sshd.port}`);
    const other = { ...shown, lines: [...shown.lines, "write memory"] };
    expect(await code(station.switches.apply({ device: "sw1", change, shown: other }))).toBe("switch.not-as-shown");
    // As by an editor or a pull, between the look at it and the yes.
    await station.rewriteLab((text) => text.replace("ssh: { host", "ssh: { user: nobody, host"));
    expect(await code(station.switches.apply({ device: "sw1", change, shown }))).toBe("switch.not-as-shown");
    expect(await station.typed()).toEqual(before);
  });

  it("types nothing into a session that stands where ssh_config led before", async () => {
    station = await openSwitch({});
    await read(station);
    const before = await station.typed();
    const change = { kind: "describe" as const, port: "1/1", description: "a b" };
    await station.sshConfig("Host *\n User nobody\n");
    const shown = await station.switches.plan({ device: "sw1", change });
    expect(shown.address).toBe(`nobody@${station.sshd.host}:${station.sshd.port}`);
    expect(await code(station.switches.apply({ device: "sw1", change, shown }))).toMatch(/^ssh\./);
    expect(await station.typed()).toEqual(before);
  });

  it("knows its ports once it was read, and refuses others and other devices", async () => {
    station = await openSwitch({});
    await read(station);
    const plan = (device: string, port: string) =>
      code(station.switches.plan({ device, change: { kind: "shut", port } }));
    expect(await plan("sw1", "1/9")).toBe("switch.no-port");
    expect(await plan("sw1", "9")).toBe("switch.no-port");
    expect(await plan("sw1", "2/1")).toBe("switch.no-port");
    expect(await plan("node4", "1/1")).toBe("switch.not-a-switch");
    expect(await plan("nobody", "1/1")).toBe("switch.not-a-switch");
  });

  it("answers one line that shows, in the enabled mode where it is refused without, and is left as it was", async () => {
    station = await openSwitch({ script: { enablePassword: null } });
    const { signal } = new AbortController();
    expect(await station.switches.show("sw1", "show inventory", signal)).toMatchObject({
      command: "show inventory",
      refused: null,
      text: expect.stringContaining("CHASSIS"),
    });
    expect(await station.switches.show("sw1", "show ib sm", signal)).toMatchObject({ refused: null });
    expect(await station.typed()).toEqual([
      "no cli session paging enable",
      "show inventory",
      "show ib sm",
      "enable",
      "show ib sm",
      "disable",
    ]);
    expect(await code(station.switches.show("sw1", "configure terminal", signal))).toBe("switch.not-shown");
    expect(await code(station.switches.show("node4", "show version", signal))).toBe("switch.not-a-switch");
    expect((await station.typed()).length).toBe(6);
  });

  it("tells what a switch refuses to show, and asks nobody for a password", async () => {
    station = await openSwitch({ script: { enablePassword: "secret", unknown: ["show power"] } });
    const { signal } = new AbortController();
    expect((await station.switches.show("sw1", "show power", signal)).refused).toMatch(/^Unrecognized command/);
    expect((await station.switches.show("sw1", "show ib sm", signal)).refused).not.toBeNull();
    expect(await station.typed()).not.toContain("<password>");
  });
});
