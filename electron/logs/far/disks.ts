/** What is run on a Linux host to learn of its disks; nothing of them is opened but by {@link readDiskArgv}. */

/**
 * Eight parts for each disk with a size: its name, its size in sectors of 512 bytes, `major:minor`, the same of its node
 * in /dev in hexadecimal (`-` where nothing tells, empty where there is no such node), its path in /sys with symbolic
 * links resolved, what `removable` says, its model, its serial number; then `r` where the login may read it. `$1` is
 * `loops` where loop devices count. The kernel's own tree (/sys/block) is asked, which is the same on busybox hosts and
 * where lsblk has no JSON.
 */
export const disksScript = `
LC_ALL=C; export LC_ALL
of() { cat "$@" 2>/dev/null | tr -s '[:space:]' ' '; }
for block in /sys/block/*; do
  name=\${block##*/}
  case $name in
  ram*|zram*|dm-*|md*|sr*|fd*|nbd*|rbd*|drbd*|zd*) continue ;;
  loop*) [ "$1" = loops ] || continue ;;
  esac
  size=$(of "$block/size")
  case $size in ''|'0 '|0) continue ;; esac
  node=/dev/$(printf %s "$name" | tr '!' /)
  at=
  if [ -b "$node" ]; then at=$(stat -L -c %t:%T "$node" 2>/dev/null) || at=-; fi
  real=$(readlink -f "$block" 2>/dev/null)
  serial= up=$real
  while [ -n "$up" ] && [ -z "$serial" ]; do serial=$(of "$up/serial" "$up/device/serial"); up=\${up%/*}; done
  printf '%s\\0%s\\0%s\\0%s\\0%s\\0%s\\0%s\\0%s\\0' "$name" "$size" "$(of "$block/dev")" "$at" "$real" \\
    "$(of "$block/removable")" "$(of "$block/device/vendor" "$block/device/model")" "$serial"
  if [ -r "$node" ]; then printf 'r\\0'; else printf '\\0'; fi
done
`;

const maxBlockBytes = 64 * 1024;
const sectorBytes = 512;

/** The command that prints part of a disk as it is; whole sectors. */
export function readDiskArgv(disk: string, offsetBytes: number, lengthBytes: number, asRoot: boolean): string[] {
  let block = maxBlockBytes;
  while (block > sectorBytes && (offsetBytes % block !== 0 || lengthBytes % block !== 0)) block /= 2;
  const dd = [
    "dd",
    `if=${disk}`,
    `bs=${block}`,
    `skip=${offsetBytes / block}`,
    `count=${Math.ceil(lengthBytes / block)}`,
  ];
  return [...(asRoot ? ["sudo", "-n"] : []), "env", "LC_ALL=C", ...dd];
}
