/** Writes a bundle, copies outputs for the fabric, or keeps what is dropped, until it is killed: tells on stdout when bytes flow. */

import { Readable } from "node:stream";
import { DroppedFiles } from "../../electron/fabric/read/dropped.node.ts";
import { writeBundle } from "../../electron/logs/bundle/write.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { fabricParts } from "../../electron/logs/fabric.node.ts";
import { Unfinished } from "../../electron/unfinished.node.ts";
import { collected, writing } from "./bundle-scene.ts";

const [, , what = "", home = "", unfinishedDir = "", to = ""] = process.argv;
const piece = { target: "node1", item: "core", path: "nodes/node1/files/core", content: "x" };
const unfinished = new Unfinished(unfinishedDir);
const stored = await collected(createCollectionStore({ dir: home }), [piece]);
/** Never ends: the process is ended in the middle of it. */
const endless = () =>
  Readable.from(
    (async function* () {
      for (let told = false; ; ) {
        yield Buffer.alloc(65_536, "x");
        if (!told) process.stdout.write("flowing\n");
        told = true;
        await new Promise(setImmediate);
      }
    })(),
  );
let times = 0;
const open = async () => {
  times += 1;
  return times === 1 && what === "bundle" ? Readable.from([Buffer.from("x")]) : endless();
};
const stuck = { ...stored, open };
if (what === "bundle") await writeBundle(stuck, writing({ to, unfinished }));
else if (what === "outputs") await fabricParts(stuck, unfinished);
else {
  const dropped = new DroppedFiles(unfinished);
  const drop = await dropped.take({ drop: null, name: "case.tar.zst", base64: "eA==" });
  await dropped.read(drop, async () => {
    for await (const _ of endless());
    return [];
  });
}
