/** A host's way from being looked at to a collection in a profile, with the sticks that are in it. */
import { join } from "node:path";
import { selectionSchema } from "../../electron/contract/logs/collect.ts";
import type { TargetFindings } from "../../electron/contract/logs/find.ts";
import { planInSteps } from "../../electron/logs/catalogue/plan.ts";
import { loadCatalogue } from "../../electron/logs/catalogue.node.ts";
import { CollectRun, type SourceRunner } from "../../electron/logs/collect/run.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { find } from "../../electron/logs/find/find.node.ts";
import type { StoredCollection } from "../../electron/logs/stored.node.ts";
import { atOnce } from "../../electron/steps.ts";
import { loadStickLayouts } from "../../electron/sticks/layouts.node.ts";
import type { Bench } from "../ssh/bench.ts";

const noSource = () => Promise.reject(new Error("no such source here"));

export async function foundAndCollected(
  bench: Bench,
  asked: {
    readonly id: string;
    readonly profile: string;
    readonly device: string;
    /** Of the sticks, those on these loop devices alone. */
    readonly disks: readonly string[];
    readonly items: readonly string[];
    /** Whether the host's files are looked for, besides its sticks. */
    readonly files: boolean;
    readonly ipmi?: SourceRunner;
  },
): Promise<StoredCollection> {
  const { id, profile, device, disks, ipmi = noSource } = asked;
  const [catalogue, { layouts }] = [await loadCatalogue(profile), await loadStickLayouts(profile)];
  const finding = {
    ssh: bench.ssh,
    lab: () => bench.lab.get(),
    items: () => (asked.files ? catalogue.items : []),
    layouts: () => layouts,
  };
  const findings: TargetFindings[] = [];
  for await (const one of find(finding, { devices: [device], loops: true }))
    if (one.target.disk === undefined ? asked.files : disks.includes(one.target.disk)) findings.push(one);
  const selection = selectionSchema.parse({ items: asked.items });
  const plan = atOnce(planInSteps({ id, lab: "Test", nowMs: Date.now(), selection, findings, catalogue }));
  const store = createCollectionStore({ dir: join(profile, "collections") });
  const writer = await store.create(plan.header, { kind: "collection", path: null });
  for (const result of plan.leftOut) await writer.note(result);
  const collecting = {
    ssh: bench.ssh,
    sudo: "without-password",
    askPassword: async () => null,
    absenceOf: () => undefined,
    runners: { switch: noSource, own: noSource, ipmi },
  } as const;
  await new CollectRun(writer, collecting, new AbortController().signal).run();
  await writer.close();
  return store.get(id);
}
