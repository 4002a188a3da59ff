/** What the wizard tells of each item: summed over the targets that are wanted and answered. */
import { expect, test } from "vitest";
import { type FoundFile, findingsOfTargetSchema, foundFileSchema } from "../../electron/contract/logs/find.ts";
import { foundByItem } from "../../renderer/logs/choice.ts";

const file = (item: string, path: string, more: Partial<FoundFile> = {}) =>
  foundFileSchema.parse({
    ...{ item, path, kind: "file", sizeBytes: 10, modifiedAt: 5, inode: "" },
    ...{ reachesBackTo: null, unreadable: "", changedSinceGoodBoot: null },
    ...more,
  });
const host = (device: string, more: object) =>
  findingsOfTargetSchema.parse({
    ...{ target: { id: device, device, kinds: ["linux"] }, fault: null, observedAt: 0, clock: null, system: "Linux" },
    ...{ user: "me", becomesRoot: "no", boots: [], files: [], commands: {}, more: 0, stick: null },
    ...more,
  });

test("found is what wanted targets hold, installed commands counted as targets without files", () => {
  const old = file("logs", "/var/log/a", { reachesBackTo: 1, changedSinceGoodBoot: true });
  const secret = file("logs", "/var/log/b", { unreadable: "no" });
  const fault = { code: "ssh.lost", title: "Lost", detail: "", next: "" };
  const foundOf = foundByItem(
    [
      host("node1", { files: [old, secret, file("other", "/x")], commands: { lspci: true, mst: false } }),
      host("node2", { files: [file("logs", "/var/log/c", { reachesBackTo: 7 })], commands: { lspci: true } }),
      host("node3", { files: [file("logs", "/var/log/d")] }),
      host("node4", { files: [file("logs", "/var/log/e")], fault }),
    ],
    { without: new Set(["node3"]) },
  );
  expect(foundOf("logs")).toEqual({
    perTarget: [
      { target: "node1", files: [old, secret] },
      { target: "node2", files: [file("logs", "/var/log/c", { reachesBackTo: 7 })] },
    ],
    files: 3,
    bytes: 30,
    unreadable: 1,
    changed: 1,
    reachesBackTo: 1,
  });
  expect(foundOf("lspci").perTarget.map(({ target }) => target)).toEqual(["node1", "node2"]);
  expect(foundOf("mst")).toMatchObject({ perTarget: [], files: 0, reachesBackTo: null });
});
