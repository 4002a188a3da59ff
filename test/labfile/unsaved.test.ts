/** What becomes of edits while the lab file cannot be written: nothing is lost, and nothing stays that was dropped. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { createLabService, type LabService } from "../../electron/lab/service.ts";
import { eventually } from "../eventually.ts";
import { whyNoMount } from "./read-only-disk.ts";

const text = "# mine\nhalfrack: 1\nname: Lab # here\ndevices:\n  - name: a\n    type: generic-desktop\n";

describe.skipIf(whyNoMount)(
  `a lab file on a disk that is read-only${whyNoMount && ` (skipped: ${whyNoMount})`}`,
  () => {
    let dir = "";
    let path = "";
    let lab: LabService;
    const remount = (how: "ro" | "rw") => execFileSync("mount", ["-o", `remount,${how}`, dir]);
    const rename = (name: string, ifNotSaved: "keep" | "drop" = "keep") =>
      lab.edit({ edits: [{ op: "set-name", name }], ifNotSaved });
    const faultOf = (call: Promise<unknown>) =>
      call.then(
        () => null,
        (error: unknown) => (error instanceof FaultError ? error.fault : error),
      );

    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), "halfrack-unsaved-"));
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dir]);
      path = join(dir, "lab.yaml");
      await writeFile(path, text);
      lab = createLabService({ homeDir: dir });
      await lab.open({ path });
      remount("ro");
    });
    afterEach(async () => {
      await lab[Symbol.asyncDispose]();
      spawnSync("umount", ["-l", dir]);
      await rm(dir, { recursive: true, force: true });
    });

    test("an edit that is to be kept stays, with the reason, until it is saved again", async () => {
      const fault = await faultOf(rename("Mine"));
      expect(fault).toMatchObject({ code: "lab.save-failed" });
      expect(lab.state.get()).toMatchObject({ dirty: true, saveFault: fault, lab: { name: "Mine" } });
      const { diff } = await lab.unsaved();
      expect(diff).toContain("-name: Lab # here\n+name: Mine # here\n");
      expect(await faultOf(lab.save())).toMatchObject({ code: "lab.save-failed" });
      remount("rw");
      expect(await lab.save()).toMatchObject({ dirty: false, saveFault: null });
      expect(await readFile(path, "utf8")).toContain("name: Mine # here");
    });

    test("an edit that is to be dropped leaves nothing behind, and what was unsaved before it stays", async () => {
      const before = lab.state.get();
      expect(await faultOf(rename("Dropped", "drop"))).toMatchObject({ code: "lab.save-failed" });
      expect(lab.state.get()).toEqual(before);
      await faultOf(rename("Kept"));
      const kept = lab.state.get();
      expect(await faultOf(rename("Dropped", "drop"))).toMatchObject({ code: "lab.save-failed" });
      expect(lab.state.get()).toEqual(kept);
      remount("rw");
      await rename("Saved", "drop");
      expect(await readFile(path, "utf8")).toContain("name: Saved # here");
    });

    test("undone to what the file says, nothing is unsaved", async () => {
      await faultOf(rename("Mine"));
      expect(await lab.undo()).toMatchObject({ dirty: false, saveFault: null, lab: { name: "Lab" } });
      expect(await lab.close()).toMatchObject({ path: null });
    });

    test("the lab is closed only with the word that what is unsaved is dropped", async () => {
      await faultOf(rename("Mine"));
      expect(await faultOf(lab.close())).toMatchObject({ code: "lab.unsaved" });
      expect(await lab.close({ dropUnsaved: true })).toMatchObject({ path: null, dirty: false, saveFault: null });
      expect(await readFile(path, "utf8")).toBe(text);
    });

    test("the file's version can be taken", async () => {
      await faultOf(rename("Mine"));
      expect(await lab.resolveConflict({ keep: "disk" })).toMatchObject({
        dirty: false,
        saveFault: null,
        lab: { name: "Lab" },
      });
    });

    test("an edit that meets a change on disk and is to be dropped takes the file's version", async () => {
      remount("rw");
      // No turn of the event loop between the two: the service cannot have seen the change before the edit.
      execFileSync("sed", ["-i", "s/Lab/Theirs/", path]);
      const fault = await faultOf(rename("Mine", "drop"));
      expect(fault).toMatchObject({ code: "lab.changed-meanwhile" });
      expect(lab.state.get()).toMatchObject({ dirty: false, conflict: "none", lab: { name: "Theirs" } });
      await rename("Mine", "drop");
      expect(await readFile(path, "utf8")).toContain("name: Mine # here");
    });

    test("no version of the file is written over that was not shown", async () => {
      await faultOf(rename("Mine"));
      remount("rw");
      await writeFile(path, text.replace("Lab", "Theirs"));
      expect(await faultOf(lab.save())).toMatchObject({ code: "lab.conflict" });
      const { disk } = await lab.unsaved();
      await writeFile(path, text.replace("Lab", "A third"));
      expect(await faultOf(lab.resolveConflict({ keep: "mine", disk }))).toMatchObject({ code: "lab.not-as-shown" });
      expect(await readFile(path, "utf8")).toContain("name: A third");
      const { disk: now, diff } = await lab.unsaved();
      expect(diff).toContain("-name: A third");
      await lab.resolveConflict({ keep: "mine", disk: now });
      expect(await readFile(path, "utf8")).toContain("name: Mine # here");
    });

    test("where the file is gone, all of the lab is what is not in it", async () => {
      await faultOf(rename("Mine"));
      remount("rw");
      await rm(path);
      // Noticed by itself: why it could not be saved before is no longer what stands in the way.
      await eventually(() =>
        expect(lab.state.get()).toMatchObject({ dirty: true, conflict: "vanished", saveFault: null }),
      );
      expect(await faultOf(lab.save())).toMatchObject({ code: "lab.conflict" });
      expect((await lab.unsaved()).diff).toContain("+name: Mine # here\n");
    });

    test("what can be saved at the end is saved", async () => {
      await faultOf(rename("Mine"));
      remount("rw");
      await lab[Symbol.asyncDispose]();
      expect(await readFile(path, "utf8")).toContain("name: Mine # here");
    });
  },
);
