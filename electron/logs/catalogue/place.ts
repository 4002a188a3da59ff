/** Owns where entries stand in a bundle: one folder for each target, readable names below it. */
import { here, type Target } from "../../contract/logs/target.ts";
import { Paths } from "../bundle/paths.ts";

/** Beyond it a file stands in `files/deep/` under its last part alone: many systems open no longer paths. */
const longestPath = 600;

/** The folder of each target, by its id: no two share one, also where case does not count. */
export function foldersOf(targets: readonly Target[]): ReadonlyMap<string, string> {
  const paths = new Paths();
  return new Map(targets.map((target) => [target.id, paths.take(folderOf(target))]));
}

function folderOf({ id, device, kinds, disk }: Target): string {
  const name = oneName(device === here ? "this-machine" : device);
  if (kinds.includes("stick")) return `sticks/${name}-${oneName(disk?.split("/").at(-1) ?? id)}`;
  if (kinds.includes("bmc")) return `bmc/${name}`;
  if (kinds.includes("switch")) return `switch/${name}`;
  return device === here ? "here" : `nodes/${name}`;
}

/** A name as one part of a path; `.` and `..` would be none. */
const oneName = (name: string) => name.replaceAll("/", "_").replace(/^\.+$/, (dots) => "_".repeat(dots.length)) || "_";

/** Where a file stands below its target's folder. `path` by `writePath`. */
export function filePlace(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const kept = path.length > longestPath ? ["deep", parts.at(-1) ?? ""] : parts;
  return `files/${kept.map(oneName).join("/")}`;
}

/** What a command's output is called, made of its words. */
export function commandPlace(argv: readonly string[], text: boolean): string {
  const words = argv.join("_").replaceAll(/[^A-Za-z0-9.+=-]+/g, "_");
  const name = words.replace(/^[_.]+|[_.]+$/g, "").slice(0, 80) || "output";
  return `${name}${text ? ".txt" : ".bin"}`;
}
