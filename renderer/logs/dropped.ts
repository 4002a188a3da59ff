/** Opens a bundle that was dropped on the window: it has no path here, so its content is handed over piece by piece. */
import { FaultError } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { savedLimits } from "../../electron/contract/saved-limits.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { handOver } from "../graph/saved.ts";
import { useGraph } from "../graph/store.ts";
import { go, openDialog, useUi } from "../stores.ts";
import { archiveEndings } from "./archive-endings.ts";
import { openBundle } from "./opening.ts";
import { showCollection } from "./store.ts";

const ownName = /^halfrack-.*\.(?:tar\.zst|tar\.gz|zip)$/;

/** The one dropped file where it is a bundle of logs: by Halfrack's own name anywhere, any archive where logs are shown. */
export function bundleAmong(items: readonly DataTransferItem[]): File | null {
  const [item, second] = items;
  if (item === undefined || second !== undefined || item.webkitGetAsEntry()?.isDirectory) return null;
  const file = item.getAsFile();
  if (file === null || file === undefined) return null;
  const atLogs = useUi.getState().place === "logs" && archiveEndings.some((ending) => file.name.endsWith(ending));
  return atLogs || ownName.test(file.name) ? file : null;
}

export async function openDroppedBundle(file: File): Promise<void> {
  useGraph.setState({ reading: file.name, fault: null });
  try {
    if (file.size > savedLimits.bytes) throw new FaultError(tooLarge(file));
    const drop = await handOver(null, file.name, file);
    const opened = await openBundle({ drop }, (text) => useGraph.setState({ reading: `${file.name}. ${text}` }));
    useGraph.setState({ reading: null });
    if (opened.problems.length > 0) openDialog({ kind: "open-bundle", opened });
    else {
      showCollection(opened.collection.id);
      go("logs");
    }
  } catch (error) {
    useGraph.setState({ reading: null, fault: faultOf(error) });
  }
}

const tooLarge = ({ name, size }: File) => ({
  code: "logs.drop-too-large",
  title: "The bundle is too large to be dropped",
  detail: `${name} has ${sizeText(size)}; what is dropped is handed over, up to ${sizeText(savedLimits.bytes)}.`,
  next: "Open it by its path: Logs, Open a bundle.",
});
