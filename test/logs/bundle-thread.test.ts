/** Bundles by the thread, of the store that collections are in: redacted, previewed, opened, given up. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleMessageSchema, manifestSchema } from "../../electron/contract/logs/bundle.ts";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { BundleThreads } from "../../electron/logs/bundle/bundling-thread.node.ts";
import type { OpenProgress } from "../../electron/logs/bundle/job.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { collected, pieces, targets } from "./bundle-scene.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-thread-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const folder = () => mkdtempSync(join(dir, "f"));
const never = new AbortController().signal;
const threads = new BundleThreads();

/** A host name, a user, an address, a serial, a password, in every place of a collection. */
const secrets = ["hera-lab17", "mallory", "10.77.3.9", "CZ1234XQ9P", "tr0ub4dor", "Zeuslab"];
const text = [
  "Nov 20 09:30:15 hera-lab17 sshd[1]: Accepted publickey for mallory from 10.77.3.9 port 22",
  "Serial Number: CZ1234XQ9P",
  "password=tr0ub4dor",
  "",
].join("\n");
const ownItem = "raid-of-hera-lab17-at-zeuslab";
const secretPieces = [
  ...pieces,
  {
    ...{ target: "hera-lab17", item: "syslog", path: "nodes/hera-lab17/files/home/mallory/log", content: text },
    result: { stderr: "cannot reach hera-lab17 (10.77.3.9)\n", reason: "of hera-lab17" },
  },
  // an item of the admin's own, called after his machine and his customer
  { target: "node1", item: ownItem, path: `nodes/node1/commands/${ownItem}.txt`, content: "fine\n" },
];

async function scene() {
  const collections = folder();
  const collection = await collected(createCollectionStore({ dir: collections }), secretPieces, {
    targets: [...targets, { id: "hera-lab17", device: "hera-lab17", kinds: ["linux"] }],
    notes: "On hera-lab17 as mallory.",
    lab: "Zeuslab",
    preset: "for-zeuslab",
  });
  const rules = redactionRulesSchema.parse({ words: ["Zeuslab", "lspci"] });
  const subject = {
    collections,
    id: collection.id,
    rules,
    pseudonyms: folder(),
    hosts: ["hera-lab17"],
    users: ["mallory"],
    // a word of a shipped id is no name, whatever the admin's words are
    shippedIds: new Set(["syslog", "lspci", "dmidecode", "sel", "stick-log", "switch-log", "own-events"]),
  };
  const job = {
    ...subject,
    unfinished: folder(),
    overwrite: false,
    items: new Map([
      ["syslog", { title: "Log of Zeuslab", why: "It is on hera-lab17" }],
      [ownItem, { title: "RAID", why: "It broke" }],
    ]),
    writtenBy: "Halfrack 0.1.0",
  };
  return { collections, subject, job };
}

async function openedBy(job: Parameters<typeof threads.open>[0]) {
  const progress: OpenProgress[] = [];
  for await (const told of threads.open(job, never)) {
    if (told.kind === "progress") progress.push(told);
    else return { ...told, progress };
  }
  throw new Error("it was not opened");
}

async function written(job: Parameters<typeof threads.write>[0]) {
  const messages = [];
  for await (const message of threads.write(job, never)) messages.push(bundleMessageSchema.parse(message));
  const last = messages.at(-1);
  return { messages, result: last?.kind === "ended" ? last.result : null };
}

// Each of them starts threads, which load on a busy machine for seconds.
describe("the thread", { timeout: 120_000 }, () => {
  it.each(["tar.zst", "zip"] as const)(
    "writes a %s in which no secret is left, the same again, and opens it",
    async (format) => {
      const { job, collections } = await scene();
      const { messages, result } = await written({ ...job, to: folder(), format });
      expect(new Set(messages.map((message) => (message.kind === "progress" ? message.phase : "ended")))).toEqual(
        new Set(["reading", "writing", "verifying", "ended"]),
      );
      const path = result?.path ?? "";
      const out = folder();
      execFileSync(
        format === "zip" ? "unzip" : "tar",
        format === "zip" ? ["-q", path, "-d", out] : ["--zstd", "-xf", path, "-C", out],
      );
      const names = readdirSync(out, { recursive: true, withFileTypes: true });
      const contents = names
        .filter((name) => name.isFile())
        .map((name) => readFileSync(join(name.parentPath, name.name), "latin1"));
      const all = [
        path.slice(path.lastIndexOf("/")),
        ...names.map((name) => join(name.parentPath, name.name)),
        ...contents,
      ].join("\n");
      for (const secret of secrets) expect(all.toLowerCase()).not.toContain(secret.toLowerCase());
      const [manifest = ""] = contents.filter((content) => content.startsWith('{\n "halfrack"'));
      const { preset, entries } = manifestSchema.parse(JSON.parse(manifest));
      const item = "raid-of-host-1-at-word-2";
      expect(entries.map((entry) => entry.item)).toEqual([...pieces.map((piece) => piece.item), "syslog", item]);
      expect(entries.at(-1)?.path).toBe(`nodes/node1/commands/${item}.txt`);
      const [page = ""] = contents.filter((content) => content.startsWith("<!doctype html>"));
      expect(page).toContain(`<span title="It broke">RAID</span><small>${item}</small>`);
      expect([preset, path.includes(`-${preset}-2026`)]).toEqual(["for-word-2", true]);
      const again = await written({ ...job, to: folder(), format });
      expect(again.result).toEqual({ ...result, path: again.result?.path });

      const opened = await openedBy({ collections, path });
      expect(opened.problems).toEqual([]);
      expect(new Set(opened.progress.map(({ phase }) => phase))).toEqual(new Set(["looking", "reading"]));
      const reopened = await createCollectionStore({ dir: collections }).get(opened.id);
      expect(reopened.results.size).toBe(secretPieces.length);
      expect([...reopened.results.values()].filter(({ state }) => state === "failed")).toEqual([]);
    },
  );

  it("says what redaction would replace, and writes nothing", async () => {
    const { subject } = await scene();
    const { replacements } = await threads.preview(subject, never);
    const originals = replacements.map(({ original }) => original);
    for (const secret of ["hera-lab17", "mallory", "10.77.3.9"]) expect(originals).toContain(secret);
    expect(readdirSync(subject.pseudonyms)).toEqual([]);
  });

  it("leaves nothing when it is given up or nobody listens any longer", async () => {
    const { job } = await scene();
    const to = folder();
    const giving = new AbortController();
    const listening = async () => {
      for await (const message of threads.write({ ...job, to, format: "zip" }, giving.signal)) {
        if (message.kind === "progress") giving.abort(new Error("given up"));
      }
    };
    await expect(listening()).rejects.toThrow("given up");
    for await (const _ of threads.write({ ...job, to, format: "zip" }, never)) break;
    expect(readdirSync(to)).toEqual([]);
  });

  it("tells a fault as it was", async () => {
    const { job, collections } = await scene();
    await expect(written({ ...job, id: "none", to: folder(), format: "zip" })).rejects.toMatchObject({
      fault: { code: "logs.no-such-collection" },
    });
    const path = join(folder(), "nothing.tar");
    await expect(openedBy({ collections, path })).rejects.toMatchObject({
      fault: { code: "logs.archive-unreadable", subject: path },
    });
  });
});
