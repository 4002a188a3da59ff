/** Decides which command lines look destructive enough to ask before they go to several machines at once. */

/** Word-by-word patterns: what to look for and what to call it. A guard against slips, not against intent. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\brm\s+(?:-\S+\s+)*-\S*[rRf]/, "removes files (rm)"],
  [/\bdd\b.*\bof=/, "writes over a file or disk (dd)"],
  [/\b(?:mkfs|mke2fs|mkswap|wipefs|blkdiscard|shred)\b/, "erases a disk"],
  [/\b(?:fdisk|sfdisk|gdisk|sgdisk|parted)\b/, "changes a partition table"],
  [/\b(?:pv|vg|lv)remove\b|\bmdadm\b.*--(?:zero|stop)/, "removes a volume"],
  [/>\s*\/dev\/(?:sd|hd|vd|nvme|mapper)/, "writes over a disk"],
  [/\b(?:shutdown|poweroff|reboot|halt)\b|\binit\s+[06]\b|\btelinit\b/, "turns the machine off or restarts it"],
  [/\bpower\s+(?:off|cycle|reset|soft)\b/, "switches power (BMC)"],
  [/\b(?:systemctl|service)\b.*\b(?:stop|disable|mask|restart)\b/, "stops a service"],
  [/\bkill(?:all)?\b.*(?:-9|-KILL|\s-1\b)|\bpkill\b/, "ends processes"],
  [/\b(?:userdel|groupdel|passwd|chpasswd)\b/, "changes accounts"],
  [/\b(?:iptables|nft)\b.*(?:\s-F\b|\bflush\b)|\bip\s+link\b.*\bdown\b|\bifdown\b/, "cuts the network"],
  [/\bibportstate\b.*\b(?:disable|reset)\b/, "takes an InfiniBand port down"],
  [/\b(?:flint|mstflint|mlxburn|mlxconfig)\b.*\s(?:-y|b|burn|set|reset)\b/, "changes adapter firmware"],
  [/\bch(?:mod|own)\s+(?:-\S+\s+)*-\S*R/, "changes permissions of a whole tree"],
  [/:\(\)\s*\{/, "starts processes without end"],
  [
    /^\s*(?:reload|reset factory|configuration delete)\b|[#>]\s*(?:reload|reset factory)\b/,
    "restarts or resets a switch",
  ],
];

/** What about `line` is destructive-looking, in words; null when nothing is. */
export function looksDestructive(line: string): string | null {
  for (const [pattern, what] of patterns) if (pattern.test(line)) return what;
  return null;
}

/** The first destructive-looking line of a text, or null. */
export function firstDestructive(text: string): { readonly line: string; readonly what: string } | null {
  for (const line of text.split(/\r\n?|\n/)) {
    const what = looksDestructive(line);
    if (what !== null) return { line, what };
  }
  return null;
}
