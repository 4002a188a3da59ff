/** Writes a bundle until it is killed: tells on stdout in which phase it is. */
import { Readable } from "node:stream";
import { writeBundle } from "../../electron/logs/bundle/write.node.ts";
import { collected, writing } from "./bundle-scene.ts";
import { diskStore } from "./disk-store.ts";

const [, , home = "", to = ""] = process.argv;
const piece = { target: "node1", item: "core", path: "nodes/node1/files/core", content: "x" };
const stored = await collected(diskStore(home), [piece]);
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
  return times === 1 ? Readable.from([Buffer.from("x")]) : endless();
};
const onProgress = ({ phase }: { readonly phase: string }) => process.stdout.write(`${phase}\n`);
const results = new Map([...stored.results].map(([n, result]) => [n, { ...result, sizeBytes: 1 }]));
await writeBundle({ ...stored, results, open }, writing({ to, onProgress }));
