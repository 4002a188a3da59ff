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

/** Exit code of a shell that did not find the command to become (127), or may not run it (126). */
export function isMissingTool(exitCode: number | null): boolean {
  return exitCode === 127 || exitCode === 126;
}

const linkFiles = ["current_link_speed", "current_link_width", "max_link_speed", "max_link_width"];
const maxFiles = ["max_link_speed", "max_link_width"];
/**
 * The card and the bridge above it, which is the slot: the link between them is one. Behind a PCIe switch (a riser, a
 * blade's mezzanine) the bridge is the switch's port down; then come its port up and the bridge above that, and so on.
 * Two switches in a row are looked through.
 */
const filesToRead = [
  ...[...linkFiles, "uevent"],
  ...[...maxFiles, "uevent"].map((file) => `../${file}`),
  ...linkFiles.map((file) => `../../${file}`),
  ...maxFiles.map((file) => `../../../${file}`),
  ...linkFiles.map((file) => `../../../../${file}`),
  ...maxFiles.map((file) => `../../../../../${file}`),
];

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

/** Asks lspci for one device where the kernel is too old to have link files; `address` as the kernel writes it. */
export function lspciCommand(address: string): readonly string[] | null {
  return /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(address) ? tool("lspci", "-vv", "-s", address) : null;
}
