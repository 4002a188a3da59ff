/** Reads what a host told of its disks. Total: a disk that makes no sense is left out. */
import { textOf } from "../far/parts.ts";
import { oneLine } from "./host.ts";

export interface Disk {
  /** `/dev/sdb`: letters, digits and a few signs, so that it is safe in every command. */
  readonly path: string;
  readonly sizeBytes: number;
  /** USB, or told to be removable. */
  readonly removable: boolean;
  readonly loop: boolean;
  readonly model: string;
  readonly serial: string;
  /** Whether the login may read it. */
  readonly readable: boolean;
  /** Why its node in /dev is not to be trusted; empty where it is the disk. */
  readonly wrong: string;
}

const partsEach = 9;
const sectorBytes = 512;
/** More disks than any host of a rack has; a longer list is cut. */
const maxDisks = 256;
export const maxDiskParts = maxDisks * partsEach;

/** Removable ones first. */
export function readDisks(parts: readonly Uint8Array[]): Disk[] {
  const disks: Disk[] = [];
  for (let at = 0; at + partsEach <= parts.length; at += partsEach) {
    const disk = diskOf(parts.slice(at, at + partsEach).map((part) => textOf(part).trim()));
    if (disk) disks.push(disk);
  }
  return disks.toSorted((a, b) => Number(b.removable) - Number(a.removable));
}

function diskOf(texts: readonly string[]): Disk | null {
  const [
    name = "",
    sectors = "",
    number = "",
    node = "",
    real = "",
    removable = "",
    model = "",
    serial = "",
    may = "",
  ] = texts;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.!:-]{0,63}$/.test(name) || !/^\d{1,13}$/.test(sectors)) return null;
  const path = `/dev/${name.replaceAll("!", "/")}`;
  return {
    path,
    sizeBytes: Number(sectors) * sectorBytes,
    removable: removable === "1" || /\/usb\d/.test(real),
    loop: /^loop\d/.test(name),
    model: oneLine(model),
    serial: oneLine(serial),
    readable: may === "r",
    wrong: wrongNode(path, number, node),
  };
}

function wrongNode(path: string, number: string, node: string): string {
  if (node === "") return `There is no block device ${path}.`;
  const [, major, minor] = /^([0-9a-f]{1,8}):([0-9a-f]{1,8})$/.exec(node) ?? [];
  if (major === undefined || minor === undefined) return "";
  const told = `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
  return told === number
    ? ""
    : `${path} is another device (${told}) than the kernel's disk of that name (${oneLine(number)}).`;
}
