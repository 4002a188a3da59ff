/** Owns the words the kernel's InfiniBand sysfs files are written in (drivers/infiniband/core/sysfs.c). */
import { type Speed, speeds, type Width, widths } from "../../contract/fabric-words.ts";

/** `4: ACTIVE` without its number. */
export function stateWord(text: string): string {
  return text.replace(/^\d{1,2}:\s*/, "");
}

/** `56 Gb/sec (4X FDR)`; SDR has no name there: `10 Gb/sec (4X)`. FDR counts as 14 per lane. Null where it is no rate. */
export function readSysfsRate(
  text: string,
): { readonly gbps: number; readonly width: Width | null; readonly speed: Speed | null } | null {
  const [, gbps, widthWord, speedWord] =
    /^(\d{1,4}(?:\.\d)?) Gb\/sec(?: \((\d{1,2}X)(?: (\w{1,8}))?\))?/.exec(text) ?? [];
  if (gbps === undefined) return null;
  const width = widths.find((option) => option === widthWord) ?? null;
  const speed = width === null ? null : speedWord === undefined ? "SDR" : (speeds.find((s) => s === speedWord) ?? null);
  return { gbps: Number(gbps), width, speed };
}
