import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { castEventLine, castHeaderLine, parseCastEvent, parseCastHeader } from "../../electron/contract/asciicast.ts";
import { Recorder } from "../../electron/terminal/recorder.node.ts";
import { createTerminalService, type TerminalService } from "../../electron/terminal/service.ts";
import { createFarSide, type FarSide } from "./far-side.ts";
import { heldBytes } from "./heap.ts";

let dir: string;
let far: FarSide;
let service: TerminalService;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-recording-"));
  far = createFarSide();
  service = createTerminalService({ ssh: far.ssh, recordingsDir: join(dir, "recordings"), stallMs: 200 });
});

afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const terminal = (id: string) => service.state.get().terminals[id];

async function linesOfRecording(recording: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of service.recording({ id: recording })) lines.push(line);
  return lines;
}

test("records output, sizes and marks, but no input, in the documented form", async () => {
  const { id } = await service.open({ device: "node01", cols: 80, rows: 24 });
  const [shell] = far.shells;
  shell?.say("\x1b]2;root@node01\x07before");
  await vi.waitFor(() => expect(terminal(id)?.title).toBe("root@node01"));
  const started = await service.record({ terminal: id, on: true });
  expect(await service.record({ terminal: id, on: true })).toEqual(started);
  service.input({ terminal: id, data: "the password\n" });
  shell?.say("Password: \r\n\x1b[32m日本😀\x1b[0m");
  service.resize({ terminal: id, cols: 100, rows: 30 });
  const stopped = await service.record({ terminal: id, on: false });
  expect(stopped.recording).toBeNull();
  shell?.say("after");

  const [recording] = await service.recordings();
  expect(recording).toMatchObject({ id: started.recording?.id, device: "node01", title: "root@node01" });
  const [header, ...events] = (await linesOfRecording(recording?.id ?? "")).map((line) => JSON.parse(line));
  expect(header).toEqual({
    version: 2,
    width: 80,
    height: 24,
    timestamp: expect.any(Number),
    title: "root@node01",
    env: { TERM: "xterm-256color", HALFRACK_DEVICE: "node01" },
  });
  expect(events).toEqual([
    [expect.any(Number), "o", "Password: \r\n\x1b[32m日本😀\x1b[0m"],
    [expect.any(Number), "r", "100x30"],
  ]);
  const file = await stat(recording?.path ?? "");
  expect(file.mode & 0o777).toBe(0o600);
  expect(recording?.sizeBytes).toBe(file.size);
});

test("what comes while the recording's file is being made is recorded too", async () => {
  const { id } = await service.open({ device: "node01", cols: 80, rows: 24 });
  const starting = service.record({ terminal: id, on: true });
  // Turns that need no event of the file system: the file cannot be there yet.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(terminal(id)?.recording).toBeNull();
  far.shells[0]?.say("first");
  service.resize({ terminal: id, cols: 90, rows: 30 });
  const { recording } = await starting;
  await service.record({ terminal: id, on: false });
  const events = (await linesOfRecording(recording?.id ?? "")).slice(1).map(parseCastEvent);
  expect(events.map((event) => [event?.kind, event?.data])).toEqual([
    ["o", "first"],
    ["r", "90x30"],
  ]);
});

test("a recorder stopped while its file is being made has put into it what it took in", async () => {
  const recorder = new Recorder({
    ...{ dir: join(dir, "early"), device: "node01", title: "", cols: 80, rows: 24 },
    onProgress: () => undefined,
    onFault: ({ fault }) => expect.fail(fault.title),
  });
  recorder.output("said before there was a file\r\n");
  await recorder.stop();
  const [header, event] = (await readFile(recorder.path, "utf8")).trimEnd().split("\n");
  expect(parseCastHeader(header ?? "")).toMatchObject({ device: "node01" });
  expect(parseCastEvent(event ?? "")).toMatchObject({ kind: "o", data: "said before there was a file\r\n" });
});

test("recording ends when the shell ends, and the file is whole", async () => {
  const { id } = await service.open({ device: "node01", cols: 80, rows: 24 });
  const started = await service.record({ terminal: id, on: true });
  far.shells[0]?.say("x".repeat(200_000));
  far.shells[0]?.end({ exitCode: 0 });
  await vi.waitFor(() => expect(terminal(id)).toMatchObject({ status: "closed", recording: null }));
  const events = (await linesOfRecording(started.recording?.id ?? "")).slice(1).map(parseCastEvent);
  const output = events.map((event) => (event?.kind === "o" ? event.data : "")).join("");
  expect(output.slice(0, 200_000)).toBe("x".repeat(200_000));
  expect(events.filter((event) => event?.kind === "m")).toHaveLength(1);
  await expect(service.record({ terminal: id, on: true })).rejects.toThrow("The terminal is not connected");
});

test("a flood of output is recorded with bounded memory: the shell waits for the disk", {
  timeout: 60_000,
}, async () => {
  const { id } = await service.open({ device: "node01", cols: 80, rows: 24 });
  await service.record({ terminal: id, on: true });
  const chunk = Buffer.from("0123456789abcdef".repeat(2048));
  const beforeBytes = heldBytes();
  await far.shells[0]?.flood(chunk, 100_000_000);
  expect((heldBytes() - beforeBytes) / 1e6).toBeLessThan(25);
  await service.record({ terminal: id, on: false });
  const [recording] = await service.recordings();
  expect(recording?.sizeBytes).toBeGreaterThan(100_000_000);
  expect(terminal(id)?.fault).toBeNull();
});

test("a recorder killed with SIGKILL leaves a file that can be read up to its last whole line", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "recorder-process.ts"), dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.on("exit", resolve));
  const lines = await new Promise<number>((resolve) => {
    child.stdout.on("data", (text: Buffer) => {
      const count = Number(text.toString().trim().split("\n").at(-1));
      if (count > 2000) resolve(count);
    });
  });
  child.kill("SIGKILL");
  await exited;
  const reader = createTerminalService({ ssh: far.ssh, recordingsDir: dir });
  const [recording] = await reader.recordings();
  const read: string[] = [];
  for await (const line of reader.recording({ id: recording?.id ?? "" })) read.push(line);
  const text = read
    .slice(1)
    .map((line) => parseCastEvent(line)?.data ?? "cut")
    .join("");
  const counted = text.match(/\d+/g)?.map(Number) ?? [];
  expect(counted.length).toBeGreaterThan(0);
  expect(counted).toEqual(counted.map((_, index) => index));
  expect(recording?.durationMs).toBeGreaterThan(0);
  expect(lines).toBeGreaterThan(2000);
});

test("a cut last line, foreign lines and foreign files are left out", async () => {
  const folder = join(dir, "recordings");
  await mkdir(folder);
  const id = "20260101T000000Z-00000000";
  const header = castHeaderLine({ device: "n", title: "t", startedAt: 1_700_000_000_000, cols: 80, rows: 24 });
  const long = `[1, "o", "${"x".repeat(3_000_000)}"]\n`;
  const last = castEventLine({ timeS: 2.5, kind: "o", data: "last" });
  await writeFile(join(folder, `${id}.cast`), `${header}nonsense\n${long}[1,"z","?"]\n${last}[3, "o", "cu`);
  await writeFile(join(folder, "20260101T000000Z-11111111.cast"), "\u0000".repeat(5000));
  await writeFile(join(folder, "notes.cast"), header);
  expect(await service.recordings()).toEqual([
    {
      id,
      device: "n",
      title: "t",
      startedAt: 1_700_000_000_000,
      durationMs: 2500,
      sizeBytes: (await readFile(join(folder, `${id}.cast`))).length,
      path: join(folder, `${id}.cast`),
    },
  ]);
  expect(await linesOfRecording(id)).toEqual([header.trimEnd(), last.trimEnd()]);
  await expect(linesOfRecording("20260101T000000Z-11111111")).rejects.toThrow("The recording cannot be read");
  for (const hostile of ["../../../etc/passwd", "20260101T000000Z-99999999", "notes", "", "x".repeat(5000)]) {
    await expect(linesOfRecording(hostile)).rejects.toThrow("There is no such recording");
  }
});

const isRoot = process.getuid?.() === 0 && process.platform === "linux";

test.skipIf(!isRoot)(
  "a full disk ends the recording with a fault; the terminal goes on (needs root for a small tmpfs)",
  async () => {
    const folder = join(dir, "recordings");
    await mkdir(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", folder]);
    try {
      const { id } = await service.open({ device: "node01", cols: 80, rows: 24 });
      const { recording } = await service.record({ terminal: id, on: true });
      for (let index = 0; index < 10; index += 1) far.shells[0]?.say("y".repeat(40_000));
      await vi.waitFor(() => expect(terminal(id)?.recording).toBeNull());
      expect(terminal(id)?.fault).toMatchObject({
        code: "terminal.recording-failed",
        subject: expect.stringContaining(folder),
      });
      expect(terminal(id)?.status).toBe("open");
      service.input({ terminal: id, data: "still here" });
      expect(far.shells[0]?.typed).toBe("still here");
      expect((await linesOfRecording(recording?.id ?? "")).length).toBeGreaterThan(1);
    } finally {
      execFileSync("umount", [folder]);
    }
  },
);

test("a folder that cannot be made is a typed fault", async () => {
  await writeFile(join(dir, "recordings"), "a file stands in the way");
  const { id } = await service.open({ device: "node01", cols: 80, rows: 24 });
  await expect(service.record({ terminal: id, on: true })).rejects.toMatchObject({
    fault: { code: "terminal.recording-failed" },
  });
  expect(terminal(id)).toMatchObject({ status: "open", recording: null });
});

test("header and events come back as they were written; reading anything never throws", () => {
  const header = fc.record({
    device: fc.string({ unit: "binary" }),
    title: fc.string({ unit: "binary" }),
    startedAt: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    cols: fc.integer({ min: 1, max: 1000 }),
    rows: fc.integer({ min: 1, max: 1000 }),
  });
  const event = fc.record({
    timeS: fc.integer({ min: 0, max: 2 ** 31 }).map((milliseconds) => milliseconds / 1000),
    kind: fc.constantFrom("o" as const, "r" as const, "m" as const, "i" as const),
    data: fc.string({ unit: "binary" }),
  });
  fc.assert(
    fc.property(header, (value) => {
      expect(parseCastHeader(castHeaderLine(value))).toEqual(value);
    }),
  );
  fc.assert(
    fc.property(event, (value) => {
      expect(parseCastEvent(castEventLine(value))).toEqual(value);
    }),
  );
  // JSON has no infinity, but numbers that are read as one; a duration of that would fail the list of recordings.
  expect(parseCastEvent('[1e999, "o", "x"]')).toBeNull();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      parseCastHeader(line);
      parseCastEvent(line);
    }),
  );
});
