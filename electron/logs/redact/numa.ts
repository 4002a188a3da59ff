/**
 * Owns where `node4` is a part of a machine's memory, whatever a host is called: lscpu's `NUMA node4 CPU(s)`, sysfs
 * (Documentation/ABI/stable/sysfs-devices-node) and the head of numastat's table. Elsewhere the kernel and numactl write
 * `node 4`.
 */
import { Buffer } from "node:buffer";

const memoryNode = /^node(?:0|[1-9]\d{0,3})$/i;
const before =
  /(?:(?<![a-z])numa |\/bus\\?\/node\\?\/devices\\?\/|\/system\\?\/(?:node|cpu\\?\/cpu\d{1,7}|memory\\?\/memory\d{1,7})\\?\/)$/i;
/** The longest of these. */
const longestBefore = 40;
/** On either side in numastat's head: sixteen letters for each of 128. */
const longestHead = 2100;
const inHead = new Uint8Array(256);
for (const byte of Buffer.from(" \t\rnode0123456789")) inHead[byte] = 1;

/** Whether a word that was found at `[start, end)` is one. */
export function isMemoryNode(word: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (!memoryNode.test(word)) return false;
  const { buffer, byteOffset } = bytes;
  const text = (from: number, to: number) => Buffer.from(buffer, byteOffset + from, to - from).toString("latin1");
  if (before.test(text(Math.max(0, start - longestBefore), start))) return true;
  let from = start;
  let to = end;
  while (from > 0 && start - from < longestHead && inHead[bytes[from - 1] as number] === 1) from--;
  if (from > 0 && bytes[from - 1] !== 0x0a) return false;
  while (to < bytes.length && to - end < longestHead && inHead[bytes[to] as number] === 1) to++;
  return text(to, Math.min(bytes.length, to + 10)) === "\nnuma_hit ";
}
