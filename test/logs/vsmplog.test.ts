/**
 * The two items that write on a target: a program stands in for the vendor's tool and writes a file into the current
 * folder, as that one does; what it holds is of no matter here. Run under each shell that is here.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loadCatalogue } from "../../electron/logs/catalogue.node.ts";

const { items } = await loadCatalogue(join(tmpdir(), "halfrack-no-such-profile"));
const shells = [["dash"], ["bash", "--posix"], ["busybox", "ash"]].filter(
  ([shell = ""]) => spawnSync(shell, ["-c", "exit 0"]).error === undefined,
);
let folder = "";
let temporary = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "halfrack-vsmplog-"));
  temporary = join(folder, "tmp");
  await mkdir(temporary);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tool(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

function argvOf(id: string, path: string, shell: readonly string[]): [string, string[]] {
  const item = items.find((each) => each.id === id);
  const argv = item && "command" in item ? item.command : [];
  expect(argv.slice(0, 2)).toEqual(["sh", "-c"]);
  const [program = "", ...before] = shell;
  return [program, [...before, ...argv.slice(1).map((each) => (each === "{path}" ? path : each))]];
}

describe.each(shells.map((shell) => [shell.join(" "), shell] as const))("%s", (_name, shell) => {
  const options = () => ({ env: { ...process.env, TMPDIR: temporary } });

  test.each(["active", "persistent"])(
    "the %s log comes as bytes, what the tool says beside it, and nothing stays",
    async (log) => {
      const path = await tool("vsmplog", 'echo "Please send the file"; printf "%s\\000\\377" "$*" > vsmplog-x.tgz');
      const ran = spawnSync(...argvOf(`vsmp-log-${log}`, path, shell), options());
      expect(ran.stdout).toEqual(Buffer.from(`--read=${log}\0\xff`, "latin1"));
      expect([ran.stderr.toString(), ran.status]).toEqual(["Please send the file\n", 0]);
      expect(await readdir(temporary)).toEqual([]);
    },
  );

  test("a tool that fails is told by its exit code, and nothing stays", async () => {
    const path = await tool("vsmplog", "echo no >&2; touch half.tgz; exit 3");
    const ran = spawnSync(...argvOf("vsmp-log-active", path, shell), options());
    expect([ran.stdout.length, ran.stderr.toString(), ran.status]).toEqual([0, "no\n", 3]);
    expect(await readdir(temporary)).toEqual([]);
  });

  test("a run that is ended leaves nothing", async () => {
    const path = await tool("vsmplog", 'touch "$TMPDIR/begun"; exec cat');
    const child = spawn(...argvOf("vsmp-log-active", path, shell), { ...options(), detached: true });
    await vi.waitFor(async () => expect(await readdir(temporary)).toContain("begun"));
    process.kill(-(child.pid ?? 0), "SIGTERM");
    await once(child, "close");
    await rm(join(temporary, "begun"));
    expect(await readdir(temporary)).toEqual([]);
  });
});
