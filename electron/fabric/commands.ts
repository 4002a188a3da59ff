/** Decides what is asked of a host: every remote command of the fabric feature, and nothing else, is built here. */

/**
 * Appends the folders a non-root login lacks to PATH (wrappers that stand first in it keep winning), pins the language
 * of what is parsed, and becomes the command in its arguments. The text is fixed: nothing is ever written into it.
 */
const withSbin = 'PATH=$PATH:/usr/sbin:/sbin; export PATH LC_ALL=C; exec "$@"';

function tool(...argv: string[]): readonly string[] {
  return ["sh", "-c", withSbin, "sh", ...argv];
}

export const ibstatCommand = tool("ibstat");
export const iblinkinfoCommand = tool("iblinkinfo", "--line");
export const ibnetdiscoverCommand = tool("ibnetdiscover");

/** Exit code of a shell that did not find the command to become (127), or may not run it (126). */
export function isMissingTool(exitCode: number | null): boolean {
  return exitCode === 127 || exitCode === 126;
}

const slotFiles = ["current_link_speed", "max_link_speed", "current_link_width", "max_link_width", "uevent"];

/** What the kernel may call an HCA; anything else is not put into a path. */
const hcaName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** Reads the PCIe files of HCAs in one command: each line comes back as `path:content`, missing files on stderr (exit 2). */
export function slotCommand(hcas: readonly string[]): readonly string[] | null {
  const known = hcas.filter((name) => hcaName.test(name));
  if (known.length === 0) return null;
  const paths = known.flatMap((name) => slotFiles.map((file) => `/sys/class/infiniband/${name}/device/${file}`));
  return ["grep", "-H", "", ...paths];
}

/** Asks lspci for one device where the kernel is too old to have link files; `address` as the kernel writes it. */
export function lspciCommand(address: string): readonly string[] | null {
  return /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(address) ? tool("lspci", "-vv", "-s", address) : null;
}
