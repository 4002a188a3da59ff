/** Saves two texts in turn for ever: the test kills it in the middle. Arguments: file, the two texts' lengths. */
import { saveLabFile } from "../../electron/lab/file.node.ts";

const [, , file = "", ...lengths] = process.argv;
const texts = lengths.map((length, index) => String.fromCharCode(97 + index).repeat(Number(length)));
process.stdout.write("ready\n");
for (let turn = 0; ; turn++) await saveLabFile(file, texts[turn % texts.length] ?? "");
