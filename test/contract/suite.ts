/** What the contract promises whatever carries it; run over every transport by Vitest, over real Electron by Playwright. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContractRouterClient } from "@orpc/contract";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { Contract } from "../../electron/contract/index.ts";

export type Client = ContractRouterClient<Contract>;

export interface Opened {
  readonly client: Client;
  /** The app's profile is `profile` in this folder; the rest of it is the checks' own. */
  readonly dir: string;
  /** Sends what no client of ours would send; absent where there is no wire. */
  readonly sendRaw?: (data: string | Uint8Array) => void;
}

const refused = async (work: Promise<unknown>): Promise<Fault> => {
  const outcome = await work.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  assert.ok(outcome, "the call was answered, not refused");
  return faultOf(outcome.error);
};

/** None of these is a message of the protocol; some look like one. */
const garbage: readonly (string | Uint8Array)[] = [
  "",
  "{",
  "null",
  "[]",
  '"x"',
  '{"i":1}',
  '{"i":{"__proto__":1},"t":9,"p":{}}',
  '{"i":"1","t":1,"p":{"u":"http://[","m":"GET"}}',
  "\u0000\uffff",
  new Uint8Array([255, 0, 1, 2]),
  "x".repeat(100_000),
];

export const contractChecks: readonly { readonly name: string; run(opened: Opened): Promise<void> }[] = [
  {
    name: "answers a call without input",
    async run({ client, dir }) {
      assert.equal((await client.app.info()).profileDir, join(dir, "profile"));
    },
  },
  {
    name: "fills in defaults of the input",
    async run({ client, dir }) {
      await mkdir(join(dir, "listed", "folder"), { recursive: true });
      await writeFile(join(dir, "listed", "lab.yaml"), "");
      await writeFile(join(dir, "listed", "notes.txt"), "");
      const { entries } = await client.app.files({ dir: join(dir, "listed") });
      assert.deepEqual(
        entries.map(({ name }) => name),
        ["folder", "lab.yaml"],
      );
    },
  },
  {
    name: "carries a service's fault whole",
    async run({ client, dir }) {
      const path = join(dir, "missing");
      assert.deepEqual(await refused(client.app.files({ dir: path })), {
        code: "app.folder-unreadable",
        title: "The folder cannot be read",
        detail: `ENOENT: no such file or directory, scandir '${path}'`,
        next: "Choose another folder.",
        subject: path,
      });
    },
  },
  {
    name: "refuses an input that does not fit, naming the place",
    async run({ client }) {
      const fault = await refused(client.app.changeSettings({ terminalFontSizePx: 3 }));
      assert.equal(fault.code, "input.invalid");
      assert.match(fault.detail, /terminalFontSizePx/);
    },
  },
  {
    name: "refuses a method the contract does not have",
    async run({ client }) {
      const any = client as unknown as Record<
        string,
        Record<string, (input?: unknown) => Promise<unknown>> | undefined
      >;
      const call = async () => {
        const method = any.app?.steal;
        // A client in memory has no such function at all; one over a wire asks and is refused.
        if (typeof method !== "function") throw Object.assign(new Error("Not Found"), { code: "NOT_FOUND" });
        return method();
      };
      assert.equal((await refused(call())).code, "method.unknown");
    },
  },
  {
    name: "streams a snapshot, then patches, and lets go when asked",
    async run({ client }) {
      await client.app.changeSettings({ terminalFontSizePx: 13 });
      const letGo = new AbortController();
      const watch = await client.app.settings(undefined, { signal: letGo.signal });
      const first = await watch.next();
      assert.ok(!first.done);
      assert.equal(first.value.kind, "snapshot");
      await client.app.changeSettings({ terminalFontSizePx: 17 });
      assert.deepEqual((await watch.next()).value, {
        kind: "patch",
        seq: first.value.seq + 1,
        patches: [{ op: "replace", path: ["terminalFontSizePx"], value: 17 }],
      });
      letGo.abort();
      await watch.return?.(undefined);
    },
  },
  {
    name: "keeps answering after messages no client of ours would send",
    async run({ client, sendRaw, dir }) {
      for (const message of garbage) sendRaw?.(message);
      assert.equal((await client.app.info()).profileDir, join(dir, "profile"));
    },
  },
  {
    name: "answers many calls at once, each with its own result",
    async run({ client, dir }) {
      const wanted = Array.from({ length: 200 }, (_, index) => (index % 2 ? dir : join(dir, "profile")));
      const listings = await Promise.all(wanted.map((folder) => client.app.files({ dir: folder })));
      assert.deepEqual(
        listings.map((listing) => listing.dir),
        wanted,
      );
    },
  },
];
