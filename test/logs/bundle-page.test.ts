/** The page of a bundle: what it says, and what it never becomes, whatever hosts said. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { manifestSchema } from "../../electron/contract/logs/bundle.ts";
import { type CollectionHeader, resultStateSchema } from "../../electron/contract/logs/entry.ts";
import {
  type CellState,
  cellOf,
  cellStates,
  collectedEntries,
  isIncomplete,
  manifestEntries,
  matrixOf,
} from "../../electron/contract/logs/matrix.ts";
import type { Window } from "../../electron/contract/logs/window.ts";
import { escaped } from "../../electron/logs/bundle/html.ts";
import { pageOf } from "../../electron/logs/bundle/page.ts";
import { type Content, complaintPaths, manifestOf } from "../../electron/logs/bundle/tree.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { collected, headerOf, type Piece, pieces } from "./bundle-scene.ts";

async function manifestFrom(
  from: readonly Piece[],
  notes = "",
  lab = "Lab five",
  of: Pick<CollectionHeader, "window"> = {},
) {
  const dir = mkdtempSync(join(tmpdir(), "halfrack-page-"));
  try {
    const { header, results } = await collected(createCollectionStore({ dir: dir }), from, { notes, lab, ...of });
    const contents = new Map(
      [...results].flatMap(([n, { sizeBytes, sha256 }]): [number, Content][] =>
        sha256 === null ? [] : [[n, { sizeBytes, sha256, redacted: false, fault: "" }]],
      ),
    );
    const same = (text: string) => text;
    const telling = { value: same, id: same, name: same };
    return manifestOf({
      ...{ writtenBy: "Halfrack 0.1.0", header, results, contents, telling },
      ...{ withheld: new Map([[9, "holds a host name"]]), redaction: { on: false, classes: [] } },
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}
const page = (manifest: Awaited<ReturnType<typeof manifestFrom>>) =>
  pageOf({
    manifest,
    items: new Map([["lspci", { title: "PCI devices", why: "Which cards are there" }]]),
    complaints: complaintPaths(manifest.entries),
  });

describe("matrixOf", () => {
  it("puts items against targets, with the worst state of several entries and all their counts", async () => {
    const manifest = await manifestFrom(pieces);
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
    const { rows, totals } = matrixOf(manifestEntries(manifest), ["node1", "node2"]);
    expect(rows.map(({ item, cells }) => [item, ...cells.map((cell) => cell?.state ?? null)])).toEqual([
      ["lspci", "got", "got"],
      ["dmidecode", "refused", "not-applicable"],
      ["syslog", "refused", "lost"],
    ]);
    expect(rows[2]?.cells[0]).toMatchObject({
      reason: "Permission denied, and sudo asks for a password",
      counts: { got: 1, empty: 1, refused: 1 },
      sizeBytes: 70_000,
      sha256: null,
      complete: false,
    });
    expect(rows[0]?.cells[0]).toMatchObject({ complete: true, sha256: manifest.entries[0]?.sha256 });
    expect(totals.map((cell) => cell?.entries.length)).toEqual([5, 3]);
  });

  it("knows every state, and says of entries without a result that they wait", () => {
    expect([...cellStates].sort()).toEqual([...resultStateSchema.options, "waiting", "withheld"].sort());
    const waiting = collectedEntries({ header: headerOf(pieces), results: [] });
    expect(cellOf(waiting)).toMatchObject({ state: "waiting", counts: { waiting: pieces.length }, complete: false });
    expect(cellOf([])).toBeNull();
    const whole: CellState[] = ["got", "empty", "not-applicable", "left-out"];
    expect(cellStates.filter((state) => !isIncomplete(state)).sort()).toEqual(whole.sort());
  });
});

describe("the page", () => {
  it("says what is absent and why, and links what is there", async () => {
    const html = page(await manifestFrom(pieces, "Seen <twice>."));
    expect(html).toContain("Seen &lt;twice&gt;.");
    expect(html).toContain("<strong>Not complete.</strong> Of 12 entries, 4 are absent or not whole");
    expect(html).toContain("Permission denied, and sudo asks for a password");
    expect(html).toContain('href="./nodes/node1/files/var/log/messages"');
    expect(html).toContain('href="./nodes/node1/commands/dmidecode.txt.stderr.txt"');
    expect(html).not.toContain('href="./sticks/node1-sdb/log.bin"');
    expect(html).toContain("holds a host name");
    expect(html).toContain('href="./run.json"');
    expect(html).toContain("PCI devices");
    // What does not apply stays off paper; all else is printed.
    const off = [...html.matchAll(/<tbody id="([^"]+)" class="none">(.*?)<\/tbody>/gs)];
    expect(off.map(([, , rows]) => rows?.match(/class="state"/g)?.length)).toEqual([1]);
    expect(off[0]?.[2]).toContain("not applicable");
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, to] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to);
  });

  it("says that everything is there when it is", async () => {
    const html = page(await manifestFrom(pieces.slice(0, 1)));
    expect(html).toContain("<strong>Complete.</strong>");
    expect(html).toContain("Everything that was asked for is in this bundle.");
  });

  it("tells the time that was asked for, and of a boot that it is each host's own", async () => {
    const told = async (window?: Window) =>
      /<dt>Time asked for<\/dt><dd>(.*?)<\/dd>/.exec(
        page(await manifestFrom(pieces.slice(0, 1), "", "Lab five", window && { window })),
      )?.[1];
    const range = "2026-11-20 07:30:15 UTC to when it was collected";
    expect(await told({ last: "boot" })).toBe("since the last boot of each host");
    expect(await told({ last: "good-boot" })).toBe("since the last good boot of each host");
    expect(await told({ lastMs: 7_200_000 })).toBe(range);
    expect(await told()).toBe(range);
  });

  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>\u202e\u001b[31m`;
  test("holds no markup of what hosts, paths and notes say", async () => {
    const tags = (html: string) => [...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag);
    const plain: Piece = { ...pieces[1], target: "node1", item: "dmidecode", path: "nodes/node1/x", content: "1" };
    const evil: Piece = {
      ...plain,
      path: `nodes/node1/${hostile}`,
      source: { how: "command", argv: [hostile, hostile] },
      result: { ...plain.result, reason: hostile, stderr: hostile },
    };
    const html = page(await manifestFrom([evil], hostile, hostile));
    expect(tags(html)).toEqual(tags(page(await manifestFrom([plain], "notes"))));
    expect(html).not.toMatch(/[\u202e\u001b]/);
    expect(html).toContain("\\u{202e}\\u{1b}[31m");
  });

  test("any text comes out as text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
        expect(escaped(text)).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});
