/** Records an endless count into the folder named by its argument, telling the count, until it is killed. */
import { Recorder } from "../../electron/terminal/recorder.node.ts";

const recorder = new Recorder({
  dir: process.argv[2] ?? "",
  device: "node01",
  title: "",
  cols: 80,
  rows: 24,
  onProgress: () => {},
  onFault: (error) => {
    throw error;
  },
});
await recorder.opened;

for (let count = 0; ; count += 1) {
  recorder.output(`${count} `);
  if (count % 100 === 0) {
    process.stdout.write(`${count}\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
