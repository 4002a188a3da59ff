/** Writes readings into the history of the folder it is given, as fast as it can, and prints each one's number once it is in. */
import { openStore, readingOf, sampleOf, stateOf } from "./store.ts";

const [, , dir = "", most = "1000000"] = process.argv;
const { history } = openStore(dir);
let at = 0;
for (let n = 0; n < Number(most); n++) {
  at = Math.max(Date.now(), at + 1);
  history.states({ at, ports: [stateOf(1, n % 2 === 0 ? "Active" : "Down")], portsLeft: 0, cables: [] });
  history.counters(
    readingOf(at, ...Array.from({ length: 24 }, (_, port) => sampleOf(port + 1, { VL15Dropped: n }, n * 1000))),
  );
  process.stdout.write(`${n} ${history.usage().fault?.code ?? "kept"}\n`);
}
history[Symbol.dispose]();
