/** What is left of a bundle, of copied outputs and of dropped files when the app quits or is killed while it is at them. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { Unfinished } from "../../electron/unfinished.node.ts";
import { appIn } from "../app.ts";
import { collected, pieces } from "./bundle-scene.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-unfinished-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const folder = () => mkdtempSync(join(dir, "f"));
const appOf = (profileDir: string) => appIn(dir, { profileDir });

/** A process of the profile that is in the middle of it, its temporary folder and the folder it writes to. */
async function begun(what: "bundle" | "outputs" | "dropped") {
  const profileDir = folder();
  const unfinished = join(profileDir, "unfinished");
  const temporary = folder();
  const to = folder();
  const program = join(import.meta.dirname, "bundle-process.ts");
  const child = spawn(process.execPath, [program, what, folder(), unfinished, join(to, "case.tar.zst")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: temporary },
  });
  for await (const said of child.stdout) if (String(said).includes("flowing")) break;
  const kill = async () => {
    child.kill("SIGKILL");
    await once(child, "close");
  };
  return { profileDir, unfinished, left: what === "bundle" ? to : temporary, kill };
}

test.each([
  ["bundle", /^case\.tar\.zst\.[0-9a-f]{8}\.part$/],
  ["outputs", /^halfrack-outputs-[0-9a-f-]{36}$/],
  ["dropped", /^halfrack-dropped-[0-9a-f-]{36}$/],
] as const)(
  "%s: what another process is at stays, however old; what one that was killed left goes",
  async (what, form) => {
    const { profileDir, unfinished, left, kill } = await begun(what);
    try {
      const [name = "", ...others] = readdirSync(left);
      expect([name, others]).toEqual([expect.stringMatching(form), []]);
      utimesSync(join(left, name), new Date(0), new Date(0));
      await new Unfinished(unfinished).sweep();
      expect(readdirSync(left)).toEqual([name]);
    } finally {
      await kill();
    }
    expect(readdirSync(left)).toHaveLength(1);
    await using _ = await appOf(profileDir);
    await vi.waitFor(() => expect([readdirSync(left), readdirSync(unfinished)]).toEqual([[], []]));
  },
);

test("a bundle that is being packed when the app quits is given up at once, whoever listens", {
  timeout: 60_000,
}, async () => {
  const profileDir = folder();
  const store = createCollectionStore({ dir: join(profileDir, "collections") });
  const big = { target: "node1", item: "core", path: "nodes/node1/files/core", content: randomBytes(20 * 2 ** 20) };
  const { id } = await collected(store, [...pieces, big]);
  const to = folder();
  const app = await appOf(profileDir);
  const rules = redactionRulesSchema.parse({ on: false });
  const { signal } = new AbortController();
  const told = app.logs.bundle({ id, path: to, overwrite: false, format: "zip", rules }, signal);
  for (let phase = ""; phase !== "writing"; ) {
    const { value } = await told.next();
    if (value?.kind === "progress") ({ phase } = value);
  }
  await vi.waitFor(() => expect(readdirSync(to)).toEqual([expect.stringMatching(/\.zip\.[0-9a-f]{8}\.part$/)]));
  await app[Symbol.asyncDispose]();
  await expect(told.next()).rejects.toMatchObject({ fault: { code: "logs.given-up" } });
  expect([readdirSync(to), readdirSync(join(profileDir, "unfinished"))]).toEqual([[], []]);
});

test("a note removes nothing but what is called so, no folder of somebody else and nothing of another machine, and stays while the disk is not there", async () => {
  const unfinished = folder();
  const at = folder();
  writeFileSync(join(at, "mine.txt"), "x");
  mkdirSync(join(at, "halfrack-outputs-x"));
  // a number that no process has
  const note = (name: string, path: string, host = hostname()) =>
    writeFileSync(join(unfinished, name), JSON.stringify({ host, pid: 2 ** 30, mark: null, path }));
  note("a.json", join(at, "mine.txt"));
  note("b.json", at);
  note("c.json", join(at, "unplugged", "case.zip.00000000.part"));
  note("d.json", join(at, "halfrack-outputs-x"));
  writeFileSync(join(unfinished, "e.json"), "{");
  mkdirSync(join(at, "thesis.part"));
  note("f.json", join(at, "thesis.part"));
  writeFileSync(join(at, "case.zip.00000000.part"), "of another machine");
  note("g.json", join(at, "case.zip.00000000.part"), "another");
  note("h.json", relative(process.cwd(), join(at, "case.zip.00000000.part")));
  await new Unfinished(unfinished).sweep();
  expect(readdirSync(at)).toEqual(["case.zip.00000000.part", "mine.txt", "thesis.part"]);
  expect(readdirSync(unfinished)).toEqual("abcefgh".split("").map((letter) => `${letter}.json`));
});
