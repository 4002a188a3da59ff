/** Decides what is asked of a host: every remote command of the fabric feature, and nothing else, is built here. */

/**
 * Appends the folders a non-root login lacks to PATH (wrappers that stand first in it keep winning), pins the language
 * of what is parsed, and becomes the command in its arguments. The text is fixed: nothing is ever written into it.
 */
const withSbin = 'PATH=$PATH:/usr/sbin:/sbin; export PATH LC_ALL=C; exec "$@"';

function tool(...argv: string[]): readonly string[] {
  return ["sh", "-c", withSbin, "sh", ...argv];
}

export const iblinkinfoCommand = tool("iblinkinfo", "--line");
export const ibnetdiscoverCommand = tool("ibnetdiscover");

/**
 * Traffic of every port of the fabric, and the error counters above zero: the threshold file of the host, which may hide
 * some, is not used. Both clear nothing.
 */
export const trafficCommand = tool("ibqueryerrors", "--counters");
export const errorsCommand = tool("ibqueryerrors", "--threshold-file", "/dev/null");

/**
 * The subnet manager the host's port answers to and, where that one answers, the ports of all others: one command, so one
 * round trip. The wait for an answer (milliseconds, four times in all) is short: a manager that is there answers at once.
 */
export const subnetManagerCommand: readonly string[] = [
  "sh",
  "-c",
  "PATH=$PATH:/usr/sbin:/sbin; export PATH LC_ALL=C; sminfo -t 300 || exit; saquery -s 2>/dev/null; exit 0",
];

/** Asks the manager at one LID what it is. */
export function sminfoCommand(lid: number): readonly string[] {
  return tool("sminfo", "-t", "300", String(lid));
}

/** Exit code of a shell that did not find the command to become (127), or may not run it (126). */
export function isMissingTool(exitCode: number | null): boolean {
  return exitCode === 127 || exitCode === 126;
}

const maxFiles = ["max_link_speed", "max_link_width"];
const linkFiles = ["current_link_speed", "current_link_width", ...maxFiles];
/**
 * Devices on the way from the card (0) to the root port that are looked at. A link is told at both its ends: below it
 * stands the card or a PCIe switch's port up, above it the slot, which is a root port or a switch's port down. So four
 * switches in a row (risers, mezzanines, backplanes) are looked through.
 */
export const maxPathPorts = 10;
const filesToRead = Array.from({ length: maxPathPorts }, (_, level) =>
  [...(level % 2 === 0 ? linkFiles : maxFiles), "uevent"].map((file) => `${"../".repeat(level)}${file}`),
).flat();

/**
 * One command for one round trip: the PCIe files of every HCA, each line as `path:content`, missing files passed over;
 * then ibstat, whose exit code and stderr are the command's. Nothing more is started where the kernel has no HCA.
 */
export const hostCommand: readonly string[] = [
  "sh",
  "-c",
  `PATH=$PATH:/usr/sbin:/sbin; export PATH LC_ALL=C; [ -d /sys/class/infiniband ] && grep -H "" ${filesToRead
    .map((file) => `/sys/class/infiniband/*/device/${file}`)
    .join(" ")} 2>/dev/null; exec ibstat`,
];

/**
 * Asks lspci for these devices, one after the other: it takes one selection at a time. `-D` writes the domain always.
 * Null where an address is not of the kernel's form. On a card, lspci reads the vital product data too, which takes
 * a second on some: not for every poll.
 */
export function lspciCommand(addresses: readonly string[]): readonly string[] | null {
  if (addresses.length === 0 || !addresses.every((address) => pciAddress.test(address))) return null;
  const script = `PATH=$PATH:/usr/sbin:/sbin; export PATH LC_ALL=C; for at in "$@"; do lspci -D -vv -s "$at" || exit; done`;
  return ["sh", "-c", script, "sh", ...addresses];
}

const pciAddress = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i;
