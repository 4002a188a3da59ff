import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { createTerminalService, type TerminalService } from "../../electron/terminal/service.ts";
import { createFarSide, type FarShell, type FarSide } from "./far-side.ts";
import { heldBytes } from "./heap.ts";
import { watchTerminal } from "./watcher.ts";

const megabyte = 1_000_000;
const floodChunk = Buffer.from("\x1b[34mflood\x1b[0m line of a build that says too much\r\n".repeat(640));

let dir: string;
let far: FarSide;
let service: TerminalService;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-terminal-"));
  far = createFarSide();
  service = createTerminalService({ ssh: far.ssh, recordingsDir: dir, retryMs: 1, stallMs: 200 });
});

afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

async function open(device = "node01"): Promise<{ id: string; shell: FarShell }> {
  const before = far.shells.length;
  const { id } = await service.open({ device, cols: 80, rows: 24 });
  await vi.waitFor(() => expect(service.state.get().terminals[id]?.status).toBe("open"));
  const shell = far.shells[before];
  if (!shell) throw new Error("no shell was opened");
  return { id, shell };
}

const terminal = (id: string) => service.state.get().terminals[id];

test("a refusal known at once is thrown and leaves no terminal behind", async () => {
  const fault = {
    code: "ssh.unknown-device",
    title: "No such device",
    detail: "It is not in the lab.",
    next: "Add it.",
  };
  far.refusals.push(new FaultError(fault));
  await expect(service.open({ device: "nowhere", cols: 80, rows: 24 })).rejects.toMatchObject({ fault });
  expect(service.state.get().terminals).toEqual({});
});

test("closing all ends every session; a terminal that was just being opened is refused", async () => {
  const { shell } = await open();
  const waiting = new Promise<never>(() => undefined);
  const slow = createTerminalService({ ssh: { ...far.ssh, shell: () => waiting }, recordingsDir: dir });
  const refused = expect(slow.open({ device: "node01", cols: 80, rows: 24 })).rejects.toThrow("no such terminal");
  await Promise.all([service.closeAll(), slow.closeAll()]);
  // Only now does the SSH service say that it took the device on.
  far.connection("connecting");
  await refused;
  expect(shell.isClosed).toBe(true);
  expect([service.state.get().terminals, slow.state.get().terminals]).toEqual([{}, {}]);
});

test("unknown terminals are typed faults, a broadcast tells who took it", async () => {
  const { id, shell } = await open();
  const { id: closed, shell: over } = await open("node02");
  over.end({ exitCode: 0 });
  await vi.waitFor(() => expect(terminal(closed)?.status).toBe("closed"));
  expect(() => service.input({ terminal: "none", data: "x" })).toThrow("There is no such terminal");
  expect(() => service.input({ terminal: closed, data: "x" })).toThrow("The terminal is not connected");
  expect(service.broadcast({ terminals: [id, closed, "none", id], data: "uptime\n" })).toEqual({
    sent: [id],
    refused: [closed, "none"],
  });
  expect(shell.typed).toBe("uptime\n");
});

test("UTF-8 split anywhere arrives whole, what is not UTF-8 becomes U+FFFD", async () => {
  const { id, shell } = await open();
  await using view = watchTerminal(service, id);
  for (const byte of Buffer.from("é日本😀|")) shell.say(new Uint8Array([byte]));
  shell.say(new Uint8Array([0xff, 0xc3, 0x28, 0xf0, 0x9f]));
  shell.say("end");
  await view.sees("end");
  expect(view.text).toBe("é日本😀|\ufffd\ufffd(\ufffdend");
});

test("a flood with a slow view keeps memory bounded, holds the shell back and loses nothing", {
  timeout: 120_000,
}, async () => {
  const { id, shell } = await open();
  const { id: other, shell: quiet } = await open("node02");
  quiet.echo = true;
  await using view = watchTerminal(service, id, { keepUnits: 100, draw: false });
  await using second = watchTerminal(service, other, { keepUnits: 1000 });
  await view.sees("");
  const beforeBytes = heldBytes();
  let mostBytes = 0;
  let heldBack = 0;
  const total = 200 * megabyte;
  const flooded = shell.flood(floodChunk, total);
  let running = true;
  const finished = flooded.finally(() => {
    running = false;
  });
  const echoesMs: number[] = [];
  for (let key = 0; running; key += 1) {
    // The view is slow: it draws nothing for half of the time, as a busy window does.
    if (key % 40 === 0) view.sleep();
    if (key % 40 === 20) view.wake();
    const sentAt = performance.now();
    service.input({ terminal: other, data: `<${key}>` });
    await second.sees(`<${key}>`);
    echoesMs.push(performance.now() - sentAt);
    await new Promise((resolve) => setImmediate(resolve));
    if (key % 500 === 30) mostBytes = Math.max(mostBytes, heldBytes());
    heldBack += shell.isHeldBack ? 1 : 0;
  }
  view.wake();
  await finished;
  const chunks = Math.ceil(total / floodChunk.length);
  await vi.waitFor(() => expect(view.receivedUnits).toBe(chunks * floodChunk.length), { timeout: 20_000 });
  expect(view.resets).toEqual([{ offset: 0, lost: 0 }]);
  expect(heldBack).toBeGreaterThan(0);
  expect(mostBytes).toBeGreaterThan(0);
  // The scrollback is 4 MiB, of one byte each here; what is on its way adds less than 1 MB.
  expect((mostBytes - beforeBytes) / megabyte).toBeLessThan(10);
  echoesMs.sort((a, b) => a - b);
  expect(echoesMs[Math.floor(echoesMs.length * 0.95)]).toBeLessThan(50);
});

test("a view that stops drawing holds the shell back for a bounded time, then catches up by a reset and a replay", async () => {
  const { id, shell } = await open();
  await using asleep = watchTerminal(service, id, { view: "hidden", keepUnits: 1000, draw: false });
  await asleep.sees("");
  asleep.sleep();
  await shell.flood(floodChunk, 20 * megabyte);
  shell.say("the end");
  asleep.wake();
  await asleep.sees("the end");
  expect(asleep.resets.length).toBeGreaterThan(1);
  const last = asleep.resets.at(-1);
  expect(last?.lost).toBe(last?.offset);
  expect(asleep.offset).toBe(Math.ceil((20 * megabyte) / floodChunk.length) * floodChunk.length + "the end".length);
});

test("the slowest view that draws governs, one that sleeps does not stop the others for long", async () => {
  const { id, shell } = await open();
  await using awake = watchTerminal(service, id, { view: "awake", keepUnits: 1000, draw: false });
  await using asleep = watchTerminal(service, id, { view: "asleep", keepUnits: 1000, draw: false });
  await asleep.sees("");
  asleep.sleep();
  await shell.flood(floodChunk, 5 * megabyte);
  shell.say("the end");
  await awake.sees("the end");
  expect(awake.resets).toHaveLength(1);
});

test("with no view the shell is never held back", async () => {
  const { shell } = await open();
  let heldBack = false;
  for (let index = 0; index < 300; index += 1) {
    shell.say(floodChunk);
    heldBack ||= shell.isHeldBack;
  }
  expect(heldBack).toBe(false);
});

test("a window that reloads sees the same as one that was there all along", async () => {
  const { id, shell } = await open();
  await using live = watchTerminal(service, id, { view: "live" });
  for (let index = 0; index < 300; index += 1) {
    shell.say(`\x1b[${31 + (index % 7)}mline ${index} 日本😀\x1b[0m\r\n\x1b]2;title ${index}\x07`);
  }
  shell.say("\x1b[?1049h\x1b[5;10Hin an editor\x1b[?1049l\x1b[1mprompt$ ");
  await live.sees("prompt$ ");
  await using reloaded = watchTerminal(service, id, { view: "reloaded" });
  await reloaded.sees("prompt$ ");
  expect(reloaded.screen()).toBe(live.screen());
  expect(reloaded.screen()).toContain("line 299");
  await vi.waitFor(() => expect(terminal(id)?.title).toBe("title 299"));
});

test("a view that comes back goes on where it was, an unknown place starts over", async () => {
  const { id, shell } = await open();
  shell.say("one two");
  await using back = watchTerminal(service, id, { view: "a", from: 4 });
  await back.sees("two");
  expect(back.resets).toEqual([]);
  await using wild = watchTerminal(service, id, { view: "b", from: 999 });
  await wild.sees("one two");
  expect(wild.resets).toEqual([{ offset: 0, lost: 0 }]);
});

test("of several views only one is given output as news, a later view gets it marked as a replay", async () => {
  const { id, shell } = await open();
  shell.say("asked at once");
  await using first = watchTerminal(service, id, { view: "first" });
  await first.sees("asked at once");
  await using second = watchTerminal(service, id, { view: "second" });
  await second.sees("asked at once");
  shell.say(" and live");
  await Promise.all([first.sees("live"), second.sees("live")]);
  expect(first.news + second.news).toBe("asked at once and live");
  expect(first.news).toContain("asked at once");
});

test("output that waited for a view for long is no news to it", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const { id, shell } = await open();
    shell.say("an old question");
    vi.advanceTimersByTime(3000);
    await using view = watchTerminal(service, id);
    await view.sees("an old question");
    shell.say("a new one");
    await view.sees("a new one");
    expect(view.news).toBe("a new one");
  } finally {
    vi.useRealTimers();
  }
});

test("bells are counted and told in bounded pieces", async () => {
  const { id, shell } = await open();
  let told = 0;
  service.state.onChange(() => {
    told += 1;
  });
  for (let index = 0; index < 5000; index += 1) shell.say("\x07");
  await vi.waitFor(() => expect(terminal(id)?.bells).toBe(5000));
  expect(told).toBeLessThan(20);
});

test("a lost connection keeps the scrollback and the size, puts the screen right and goes on in a new shell", async () => {
  const { id, shell } = await open();
  await using view = watchTerminal(service, id);
  shell.say("before\x1b[?1049h\x1b[?1003h\x1b]0;half a title");
  await view.sees("half a title");
  service.resize({ terminal: id, cols: 132, rows: 50 });
  far.connection("waiting");
  shell.end({ lost: true });
  await vi.waitFor(() => expect(terminal(id)?.status).toBe("reconnecting"));
  expect(() => service.input({ terminal: id, data: "rm -r x\n" })).toThrow("The terminal is not connected");
  far.connection("connected");
  await vi.waitFor(() => expect(terminal(id)?.status).toBe("open"));
  far.shells[1]?.say("after");
  await view.sees("after");
  expect(view.text).toMatch(
    /before[\s\S]*-- connection lost \d\d:\d\d:\d\d --[\s\S]*-- connected again \d\d:\d\d:\d\d --/,
  );
  expect(view.screen()).toMatch(/before[\s\S]*connection lost[\s\S]*after/);
  expect(view.screen()).not.toContain("1049h");
  expect(far.shells[1]?.sizes[0]).toBe("132x50");
  expect(far.shells[1]?.typed).toBe("");
});

test("no new shell after a refused login, a deliberate disconnect or the shell's own end", async () => {
  const first = await open();
  far.connection("failed");
  first.shell.end({ lost: true });
  await vi.waitFor(() => expect(terminal(first.id)?.status).toBe("closed"));
  const second = await open();
  far.connection("idle");
  second.shell.end({ lost: true });
  await vi.waitFor(() => expect(terminal(second.id)?.status).toBe("closed"));
  const third = await open();
  third.shell.end({ exitCode: 3 });
  await vi.waitFor(() => expect(terminal(third.id)).toMatchObject({ status: "closed", exitCode: 3, fault: null }));
  expect(far.shells).toHaveLength(3);
});

test("shells that die at once are tried a bounded number of times", async () => {
  const { id, shell } = await open();
  far.connection("connected");
  shell.end({ lost: true });
  await vi.waitFor(() => {
    far.shells.at(-1)?.end({ lost: true });
    expect(terminal(id)?.status).toBe("closed");
  });
  expect(terminal(id)?.fault?.code).toBe("terminal.connection-unstable");
  expect(far.shells.length).toBeLessThan(10);
});

test("a closed terminal reconnects on demand and keeps its scrollback", async () => {
  const { id, shell } = await open();
  shell.say("kept");
  shell.end({ exitCode: 0 });
  await vi.waitFor(() => expect(terminal(id)?.status).toBe("closed"));
  await service.reconnect({ terminal: id });
  await vi.waitFor(() => expect(terminal(id)?.status).toBe("open"));
  await using view = watchTerminal(service, id);
  await view.sees(/kept[\s\S]*shell ended with exit code 0[\s\S]*connected again/);
});

test("200 terminals at once, and disposal closes every shell and view", async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => open()));
  const views = all.map(({ id }) => watchTerminal(service, id));
  for (const shell of far.shells) shell.say("hello");
  await Promise.all(views.map((view) => view.sees("hello")));
  await service[Symbol.asyncDispose]();
  expect(far.shells.every((shell) => shell.isClosed)).toBe(true);
  expect(service.state.get().terminals).toEqual({});
  await Promise.all(views.map((view) => view[Symbol.asyncDispose]()));
});
