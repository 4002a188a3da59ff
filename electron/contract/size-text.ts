const units = ["KiB", "MiB", "GiB", "TiB"];

/** How a size is written, in the window and on a bundle's page alike: `812 B`, `4.2 KiB`, `20.0 GiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  let value = bytes / 1024;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value.toFixed(1)} ${units[unit]}`;
}
