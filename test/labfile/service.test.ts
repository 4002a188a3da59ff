import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { type LabEdit, labStateSchema } from "../../electron/contract/lab.ts";
import { saveLabFile } from "../../electron/lab/file.node.ts";
import { createLabService, type LabService } from "../../electron/lab/service.ts";
import { maxLabBytes } from "../../electron/lab/text.ts";
import { eventually } from "../eventually.ts";

let dir = "";
let lab: LabService;
const text = "# mine\nhalfrack: 1\nname: Lab # here\ndevices:\n  - name: a\n    type: generic-desktop\n";

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-lab-"));
  lab = createLabService({ homeDir: dir });
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const file = () => join(dir, "lab.yaml");
const onDisk = () => readFile(file(), "utf8");
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "no fault",
    (error: unknown) => (error instanceof FaultError ? error.fault.code : String(error)),
  );
const rename_ = (name: string) => lab.edit({ edits: [{ op: "set-name", name }] });
const openText = async (content = text) => {
  await writeFile(file(), content);
  return lab.open({ path: file() });
};

describe("open, create, close, check", () => {
  test("a new lab is written, opened, and never overwrites", async () => {
    const state = await lab.create({ path: "~/lab.yaml", name: 'The "cube": #1', units: 12 });
    expect(labStateSchema.parse(state)).toMatchObject({
      path: file(),
      lab: { name: 'The "cube": #1', racks: [{ name: "Rack 1", units: 12 }], devices: [], cables: [] },
      problems: [],
      readOnly: false,
      practice: false,
      conflict: "none",
      dirty: false,
      canUndo: false,
    });
    expect(Object.keys(state.deviceTypes)).toContain("mellanox-sx6018");
    const before = await onDisk();
    expect(await codeOf(lab.create({ path: file(), name: "other", units: 24 }))).toBe("lab.exists");
    expect(await onDisk()).toBe(before);
    expect(await lab.close()).toMatchObject({ path: null, lab: null });
    expect(Object.keys(lab.state.get().deviceTypes)).toContain("mellanox-sx6018");
    expect(await codeOf(rename_("x"))).toBe("lab.none-open");
  });

  test("check tells of any file, and of the open one", async () => {
    expect(await codeOf(lab.check({}))).toBe("lab.none-open");
    await openText();
    expect(await lab.check({})).toEqual({
      path: file(),
      valid: true,
      problems: [],
      counts: { racks: 0, devices: 1, cables: 0 },
    });
    await writeFile(join(dir, "bad.yaml"), "halfrack: 1\nname: [\n");
    expect(await lab.check({ path: "~/bad.yaml" })).toMatchObject({ valid: false, counts: { devices: 0 } });
    expect(lab.state.get().path).toBe(file());
  });

  test("the practice lab says so", async () => {
    await writeFile(file(), text);
    expect(await lab.openPractice(file())).toMatchObject({ practice: true, path: file() });
  });

  test.each<[string, (path: string) => Promise<unknown>, string]>([
    ["a folder", (path) => mkdir(path), "lab.not-a-file"],
    ["nothing", async () => undefined, "lab.not-found"],
    ["a loop of links", (path) => symlink(path, path), "lab.unreadable"],
    ["a named pipe", async (path) => execFileSync("mkfifo", [path]), "lab.not-a-file"],
  ])("%s instead of a file is a fault, and the open lab stays", async (_, make, code) => {
    await openText();
    const other = join(dir, "other");
    await make(other);
    expect(await codeOf(lab.open({ path: other }))).toBe(code);
    expect(await codeOf(lab.check({ path: other }))).toBe(code);
    expect(lab.state.get()).toMatchObject({ path: file(), lab: { name: "Lab" } });
  });

  test.each<[string, Uint8Array | string, string]>([
    ["5 MB of YAML", `halfrack: 1\nname: L\nnote: ${"x".repeat(5_000_000)}`, "lab.too-large"],
    ["a binary", new Uint8Array([0x7f, 0x45, 0, 1]), "lab.binary"],
    ["Latin-1", new Uint8Array([0x61, 0x3a, 0xe9]), "lab.not-utf8"],
    ["a broken lab", "halfrack: 1\nname: L\ndevices: [{ name: a }]\n", "lab.missing-key"],
  ])("%s opens read-only with its errors, quickly, and stays as it is", async (_, content, code) => {
    await writeFile(file(), content);
    const started = performance.now();
    const state = await lab.open({ path: file() });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(state).toMatchObject({ readOnly: true, problems: [{ code }] });
    expect(await codeOf(rename_("x"))).toBe("lab.read-only");
    expect(Buffer.from(content).equals(await readFile(file()))).toBe(true);
    expect(labStateSchema.safeParse(state).success).toBe(true);
  });

  test("the limit holds for the file the edits would make", async () => {
    await openText(`${text}${"# padding\n".repeat(Math.floor((maxLabBytes - 2500) / 10))}`);
    expect(
      await codeOf(lab.edit({ edits: [{ op: "change-device", device: "a", changes: { note: "x".repeat(3900) } }] })),
    ).toBe("lab.too-large");
    expect(lab.state.get().dirty).toBe(false);
  });
});

describe("what to do when it cannot be done", () => {
  const rejectedWith = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    return error instanceof FaultError ? error.fault : null;
  };

  test("a new lab in a folder that is not there: make the folder", async () => {
    const folder = join(dir, "missing");
    expect(await rejectedWith(lab.create({ path: join(folder, "lab.yaml"), name: "new", units: 24 }))).toMatchObject({
      code: "lab.no-folder",
      title: `There is no folder ${folder}`,
      next: "Create the folder first (mkdir -p), or choose another place for lab.yaml.",
    });
    expect(lab.state.get().path).toBeNull();
  });

  test("an inventory that is not there, or is a folder: name the file; nothing of a lab file", async () => {
    const folder = dir;
    for (const [path, code, next] of [
      [join(folder, "hosts.ini"), "lab.not-found", /^Correct the path/],
      [folder, "lab.not-a-file", /^Name one file in it/],
    ] as const) {
      const fault = await rejectedWith(lab.importAnsible({ path }));
      expect(fault).toMatchObject({ code, next: expect.stringMatching(next), subject: path });
      expect(`${fault?.detail} ${fault?.next}`).not.toMatch(/new lab|A lab is/);
    }
  });
});

describe("saving", () => {
  test("an edit is on disk when it returns; undo and redo are too", async () => {
    await openText();
    expect(await rename_("Two")).toMatchObject({ lab: { name: "Two" }, dirty: false, canUndo: true, canRedo: false });
    expect(await onDisk()).toBe(text.replace("Lab", "Two"));
    expect(await lab.undo()).toMatchObject({ lab: { name: "Lab" }, canUndo: false, canRedo: true });
    expect(await onDisk()).toBe(text);
    await lab.redo();
    expect(await onDisk()).toBe(text.replace("Lab", "Two"));
    expect(await codeOf(lab.redo())).toBe("lab.nothing-to-redo");
    expect(await codeOf(rename_(""))).toBe("lab.edit-refused");
    expect(lab.state.get()).toMatchObject({ lab: { name: "Two" }, dirty: false });
  });

  test("edits made at once are all made, one after another", async () => {
    await openText();
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    await Promise.all(
      names.map((name) => lab.edit({ edits: [{ op: "add-device", device: { name, type: "generic-desktop" } }] })),
    );
    expect(lab.state.get().lab?.devices.map((device) => device.name)).toEqual(["a", ...names]);
    expect((await lab.check({ path: file() })).counts.devices).toBe(11);
    expect(await readdir(dir)).toEqual(["lab.yaml"]);
  });

  test("mode, owner and links are kept", async () => {
    const real = join(dir, "real");
    await mkdir(real);
    const target = join(real, "file.yaml");
    await writeFile(target, text);
    await chmod(target, 0o640);
    if (process.getuid?.() === 0) await chown(target, 12_345, 23_456);
    const before = await stat(target);
    await symlink("real/file.yaml", file());
    await lab.open({ path: file() });
    await rename_("Linked");
    const after = await stat(target);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect(after.ino).not.toBe(before.ino);
    expect((await lstat(file())).isSymbolicLink()).toBe(true);
    expect(await readFile(target, "utf8")).toContain("name: Linked # here");
    expect(await readdir(real)).toEqual(["file.yaml"]);
  });

  const tiny = canMount();
  test.skipIf(!tiny)(`a full disk loses nothing${tiny ? "" : " (skipped: mounting a tmpfs needs root)"}`, async () => {
    const mount = join(dir, "tiny");
    await mkdir(mount);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]);
    try {
      const path = join(mount, "lab.yaml");
      const old = `${text}${"# padding\n".repeat(2000)}`;
      await writeFile(path, old);
      await writeFile(join(mount, "filler"), "x".repeat(40_000)).catch(() => undefined);
      await lab.open({ path });
      const error = await rename_("Full").catch((reason: unknown) => reason);
      expect(error instanceof FaultError && error.fault).toMatchObject({ code: "lab.save-failed", retry: true });
      expect(await readFile(path, "utf8")).toBe(old);
      expect((await readdir(mount)).sort()).toEqual(["filler", "lab.yaml"]);
      expect(lab.state.get()).toMatchObject({ dirty: true, lab: { name: "Full" } });
      expect(await codeOf(lab.close())).toBe("lab.unsaved");
      await unlink(join(mount, "filler"));
      expect(await lab.resolveConflict({ keep: "mine" })).toMatchObject({ dirty: false });
      expect(await readFile(path, "utf8")).toBe(old.replace("Lab", "Full"));
      await lab.close();
    } finally {
      execFileSync("umount", ["-l", mount]);
    }
  });

  test("a folder that is gone is a typed fault, and the change stays", async () => {
    const sub = join(dir, "sub");
    await mkdir(sub);
    const path = join(sub, "lab.yaml");
    await writeFile(path, text);
    await lab.open({ path });
    await rm(sub, { recursive: true });
    expect(await codeOf(rename_("Gone"))).toBe("lab.conflict");
    expect(lab.state.get()).toMatchObject({ dirty: true, conflict: "vanished", lab: { name: "Gone" } });
    expect(await codeOf(lab.resolveConflict({ keep: "mine" }))).toBe("lab.save-failed");
    await mkdir(sub);
    expect(await lab.resolveConflict({ keep: "mine" })).toMatchObject({ dirty: false, conflict: "none" });
    expect(await readFile(path, "utf8")).toContain("name: Gone # here");
  });

  test("killed in the middle of saving, the file is the old one or the new one, whole", async () => {
    const lengths = [400_000, 300_000];
    const texts = ["a".repeat(400_000), "b".repeat(300_000)];
    await saveLabFile(file(), texts[0] ?? "");
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, "save-process.ts"), file(), ...lengths.map(String)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      await once(child.stdout, "data");
      const before = (await stat(file())).ino;
      await vi.waitFor(async () => expect((await stat(file())).ino).not.toBe(before), {
        timeout: 10_000,
        interval: 1 + round,
      });
      child.kill("SIGKILL");
      await once(child, "exit");
      const content = await onDisk();
      expect(texts.includes(content)).toBe(true);
      seen.add(content.slice(0, 1));
    }
    expect(seen.size).toBeGreaterThan(0);
  }, 60_000);
});

describe("what was previewed is what is written", () => {
  const edits: LabEdit[] = [{ op: "set-name", name: "Other" }];

  test("the edits of a preview are made to the text that it was made from", async () => {
    await openText();
    const { previewed, diff } = await lab.preview({ edits });
    expect(diff).toContain("+name: Other # here");
    await lab.edit({ edits, previewed });
    expect(await onDisk()).toBe(text.replace("Lab #", "Other #"));
  });

  test.each([
    ["changed on disk, and read again", () => openText(`${text}    note: new\n`)],
    ["changed on disk, and not yet noticed", () => writeFile(file(), `${text}    note: new\n`)],
    ["edited here", () => lab.edit({ edits: [{ op: "add-rack", rack: { name: "r", units: 4 } }] })],
  ])("nothing is written where the file was %s", async (_what, change) => {
    await openText();
    const { previewed } = await lab.preview({ edits });
    await change();
    const before = await onDisk();
    expect(await codeOf(lab.edit({ edits, previewed }))).toBe("lab.not-as-shown");
    expect(await onDisk()).toBe(before);
    expect(lab.state.get()).toMatchObject({ dirty: false, conflict: "none", lab: { name: "Lab" } });
    const again = await lab.preview({ edits });
    await lab.edit({ edits, previewed: again.previewed });
    expect(await onDisk()).toBe(before.replace("Lab #", "Other #"));
  });

  test("a preview of one file is none of another, however alike", async () => {
    await openText();
    const { previewed } = await lab.preview({ edits });
    const other = join(dir, "other.yaml");
    await writeFile(other, text);
    await lab.open({ path: other });
    expect(await codeOf(lab.edit({ edits, previewed }))).toBe("lab.not-as-shown");
  });
});

describe("changes on disk", () => {
  test("are taken over when nothing is unsaved: written, renamed into place, broken, mended", async () => {
    await openText();
    await rename_("Mine");
    await writeFile(file(), text.replace("Lab", "Theirs"));
    await eventually(() =>
      expect(lab.state.get()).toMatchObject({ lab: { name: "Theirs" }, canUndo: false, conflict: "none" }),
    );
    await writeFile(join(dir, "new"), text.replace("Lab", "Moved"));
    await rename(join(dir, "new"), file());
    await eventually(() => expect(lab.state.get().lab?.name).toBe("Moved"));
    await writeFile(file(), "halfrack: 1\nname: [\n");
    await eventually(() => expect(lab.state.get().readOnly).toBe(true));
    await writeFile(file(), text);
    await eventually(() =>
      expect(lab.state.get()).toMatchObject({ readOnly: false, problems: [], lab: { name: "Lab" } }),
    );
  });

  test("are never overwritten: the edit is refused and kept, then one side is chosen", async () => {
    for (const keep of ["disk", "mine"] as const) {
      await openText();
      const calls = writeFile(file(), text.replace("Lab", "Theirs")).then(() => rename_("Mine"));
      const code = await codeOf(calls);
      // The change may have been noticed and taken over before the edit came: then the edit stands on it.
      if (code === "no fault") expect(await onDisk()).toContain("Mine");
      else {
        expect(code).toBe("lab.conflict");
        expect(await onDisk()).toContain("Theirs");
        expect(lab.state.get()).toMatchObject({ conflict: "changed-on-disk", dirty: true, lab: { name: "Mine" } });
        expect(await codeOf(rename_("Again"))).toBe("lab.conflict");
        const state = await lab.resolveConflict({ keep });
        expect(state).toMatchObject({
          conflict: "none",
          dirty: false,
          lab: { name: keep === "disk" ? "Theirs" : "Mine" },
        });
        expect(await onDisk()).toContain(keep === "disk" ? "Theirs" : "Mine");
      }
      await lab.close();
    }
  });

  test("a file that vanishes before one side was chosen is told, and what was not saved is kept", async () => {
    await openText();
    // No turn of the event loop between the two: the service cannot have seen the change before the edit.
    execFileSync("sed", ["-i", "s/Lab/Theirs/", file()]);
    expect(await codeOf(rename_("Mine"))).toBe("lab.conflict");
    execFileSync("rm", [file()]);
    const takeDisk = () => codeOf(lab.resolveConflict({ keep: "disk" }));
    expect(await takeDisk()).toBe("lab.nothing-to-take");
    const kept = { conflict: "vanished", dirty: true, lab: { name: "Mine" } };
    expect(lab.state.get()).toMatchObject(kept);
    // The same question again, now that it is known: the lab is not closed under what is not saved.
    expect(await takeDisk()).toBe("lab.nothing-to-take");
    expect(lab.state.get()).toMatchObject(kept);
    const { disk, diff } = await lab.unsaved();
    expect(disk).toBeNull();
    expect(diff).toContain("+name: Mine # here\n");
    expect(await lab.resolveConflict({ keep: "mine", disk })).toMatchObject({ conflict: "none", dirty: false });
    expect(await onDisk()).toContain("name: Mine # here");
  });

  test("a file that vanishes is told, one that comes back is taken again", async () => {
    await openText();
    await unlink(file());
    await eventually(() => expect(lab.state.get().conflict).toBe("vanished"));
    expect(lab.state.get().lab?.name).toBe("Lab");
    await writeFile(file(), text.replace("Lab", "Back"));
    await eventually(() => expect(lab.state.get()).toMatchObject({ conflict: "none", lab: { name: "Back" } }));
  });
});

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const probe = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", probe]).status === 0;
  if (mounted) execFileSync("umount", [probe]);
  execFileSync("rmdir", [probe]);
  return mounted;
}
