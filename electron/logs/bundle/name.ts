/** Owns what a bundle's file is called. */
import type { BundleFormat } from "../../contract/logs/bundle.ts";
import type { CollectionHeader } from "../../contract/logs/entry.ts";

type Named = Pick<CollectionHeader, "lab" | "preset" | "createdAt">;

/** The end of the year 9999: a bundle of somebody else's may claim any time. */
const lastStamp = 253_402_300_799_000;

/** `halfrack-<lab>-<preset>-<stamp>`, the stamp being when collecting began, in UTC: the same collection is always called alike. */
export function bundleStem({ lab, preset, createdAt }: Named): string {
  const stamp = `${new Date(Math.min(createdAt, lastStamp)).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  return `halfrack-${word(lab, "lab")}-${word(preset, "all")}-${stamp}`;
}

export const bundleName = (of: Named, format: BundleFormat): string => `${bundleStem(of)}.${format}`;

/** Letters of ASCII that no shell and no mail gateway has a meaning for. */
const word = (text: string, otherwise: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9_]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, "") || otherwise;
