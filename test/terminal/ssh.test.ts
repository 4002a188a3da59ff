/** Terminals over real shells of a real OpenSSH server. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTerminalService, type TerminalService } from "../../electron/terminal/service.ts";
import { type Bench, deviceFor, quick, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { heldBytes } from "./heap.ts";
import { type Watcher, watchTerminal } from "./watcher.ts";

describe.skipIf(whyNoSshd)(`terminals over OpenSSH ${whyNoSshd}`, () => {
  let sshd: Sshd;
  let bench: Bench;
  let dir: string;
  let service: TerminalService;

  beforeEach(async () => {
    sshd = await startSshd();
    const deps = { ...quick, backoff: { firstDelayMs: 20, maxDelayMs: 80, maxAttempts: 100 } };
    bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)], deps });
    dir = await mkdtemp(join(tmpdir(), "halfrack-terminal-"));
    service = createTerminalService({ ssh: bench.ssh, recordingsDir: dir, retryMs: 10 });
  });
  afterEach(async () => {
    await service[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const terminal = (id: string) => service.state.get().terminals[id];
  const type = (id: string, data: string) => service.input({ terminal: id, data });

  /** Opens a terminal whose prompt is `ready$ `, whatever the machine's shell start-up files say. */
  async function openPrompt(): Promise<string> {
    const { id } = await service.open({ device: "node01", cols: 80, rows: 24 });
    type(id, "exec env PS1='ready$ ' HISTFILE= sh\n");
    await using view = watchTerminal(service, id, { view: "prompt" });
    await view.sees(/[\r\n]ready\$ $/);
    return id;
  }

  test("keys typed ahead arrive, the size is told, the exit code is kept, reconnecting goes on below", async () => {
    const id = await openPrompt();
    await using view = watchTerminal(service, id);
    service.resize({ terminal: id, cols: 101, rows: 33 });
    type(id, "stty size; printf '\\033]0;a title\\007'; exit 5\n");
    await view.sees("33 101");
    await vi.waitFor(() => expect(terminal(id)).toMatchObject({ status: "closed", exitCode: 5, title: "a title" }));
    await service.reconnect({ terminal: id });
    await vi.waitFor(() => expect(terminal(id)?.status).toBe("open"));
    type(id, "echo a$((1+1))b\n");
    await view.sees("a2b");
    expect(view.resets).toHaveLength(1);
  });

  test("a device the lab does not have is refused at once", async () => {
    await expect(service.open({ device: "nowhere", cols: 80, rows: 24 })).rejects.toMatchObject({
      fault: { code: "ssh.unknown-device" },
    });
    expect(service.state.get().terminals).toEqual({});
  });

  test("a server that dies and comes back gets a new shell below the old output; a deliberate disconnect does not", async () => {
    const id = await openPrompt();
    await using view = watchTerminal(service, id);
    type(id, "echo be$((1))fore\n");
    await view.sees("be1fore");
    await sshd.kill();
    await view.sees("-- connection lost ");
    expect(terminal(id)?.status).toBe("reconnecting");
    await sshd.start();
    await view.sees("-- connected again ");
    type(id, "echo af$((2))ter\n");
    await view.sees("af2ter");
    expect(view.text.indexOf("be1fore")).toBeLessThan(view.text.indexOf("connection lost"));
    await bench.ssh.disconnect("node01");
    await vi.waitFor(() => expect(terminal(id)?.status).toBe("closed"));
  });

  test("a login that is refused after the loss closes the terminal with the reason", async () => {
    const id = await openPrompt();
    await sshd.kill();
    await sshd.start({ newHostKeys: true });
    await vi.waitFor(() => expect(terminal(id)?.fault?.code).toBe("ssh.host-key-changed"), { timeout: 10_000 });
    expect(terminal(id)?.status).toBe("closed");
  });

  test("a flood: bounded memory, a second terminal echoes at once, Ctrl-C stops it at once", {
    timeout: 120_000,
  }, async () => {
    const flooded = await openPrompt();
    const other = await openPrompt();
    await using flood = watchTerminal(service, flooded, { view: "flood", keepUnits: 4000, draw: false });
    await using second = watchTerminal(service, other, { view: "second", keepUnits: 4000 });
    const before = heldBytes();
    type(flooded, "yes 'a line of a build that says far too much'\n");
    const echoesMs: number[] = [];
    let most = 0;
    for (let key = 0; flood.receivedUnits < 60_000_000; key += 1) {
      echoesMs.push(await echo(second, other, `x${key}y`));
      if (key % 200 === 0) most = Math.max(most, heldBytes());
    }
    const pressedAt = performance.now();
    type(flooded, "\x03");
    await flood.sees(/[\r\n]ready\$ $/);
    expect(performance.now() - pressedAt).toBeLessThan(1000);
    expect((most - before) / 1e6).toBeLessThan(20);
    echoesMs.sort((a, b) => a - b);
    expect(echoesMs[Math.floor(echoesMs.length * 0.95)]).toBeLessThan(100);
  });

  async function echo(view: Watcher, id: string, key: string): Promise<number> {
    const sentAt = performance.now();
    type(id, key);
    await view.sees(key);
    return performance.now() - sentAt;
  }

  test("a window that reloads shows what it showed before, coloured output and full-screen programs included", async () => {
    const id = await openPrompt();
    await using live = watchTerminal(service, id, { view: "live" });
    type(
      id,
      "for i in $(seq 400); do printf '\\033[3%dmline %d \\342\\202\\254\\033[0m\\n' $((i%8)) $i; done; tput smcup; printf x; tput rmcup; echo do$((1))ne\n",
    );
    await live.sees(/do1ne[\s\S]*ready\$ $/);
    await using reloaded = watchTerminal(service, id, { view: "reloaded" });
    await reloaded.sees(/do1ne[\s\S]*ready\$ $/);
    expect(reloaded.screen()).toBe(live.screen());
    expect(reloaded.screen()).toContain("line 400 €");
  });
});
