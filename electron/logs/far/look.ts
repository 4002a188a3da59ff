/**
 * What the finder runs on a host. Constant POSIX shell text for dash, bash and busybox ash; it reads, writes nothing and
 * asks nothing. What it prints are parts that end in a NUL.
 */
import { prelude } from "./prelude.ts";

/**
 * Says what the host is, as \`key=value\` parts. \`$1\` goes before what is asked as root; empty where nothing is.
 *
 * The vSMP part looks in the order that is documented for guests: PCI 8686:1010 or 8686:1011 at 00:1f.0, DMI type 11,
 * the vendor's tool (four letters of an OEM prefix) in /usr/local/bin, the kernel's own line.
 */
export const hostScript = `${prelude}
say() { printf '%s=%s\\0' "$1" "$2"; }
become=$1
say uname "$(uname -srm)"
say release "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null)"
say release "$(cat /etc/redhat-release /etc/system-release 2>/dev/null)"
if has vmware; then say vmware "$($limit vmware -v 2>/dev/null </dev/null)"; fi
say user "$(id -un)"
if has systemctl; then
  say reached "$($limit systemctl is-active default.target 2>/dev/null </dev/null)"
  say state "$($limit systemctl is-system-running 2>/dev/null </dev/null)"
fi
if has last; then say last "$(TZ=UTC $limit $become last -x -F -n 400 reboot shutdown 2>/dev/null </dev/null)"; fi
if has journalctl; then
  say boots "$(TZ=UTC $limit $become journalctl -q --no-pager --list-boots 2>/dev/null </dev/null | tail -n 200)"
  say stops "$($limit $become journalctl -q --no-pager -n 200 -o json MESSAGE_ID=d93fb3c9c24d451a97cea615ce59c00b 2>/dev/null </dev/null)"
fi
if [ -e /dev/kvm ]; then
  for tool in virsh libvirtd virtqemud qemu-kvm qemu-system-x86_64 /usr/libexec/qemu-kvm; do
    if has "$tool"; then say kvm "$tool"; break; fi
  done
fi
say pci "$(cat /sys/bus/pci/devices/0000:00:1f.0/vendor /sys/bus/pci/devices/0000:00:1f.0/device 2>/dev/null)"
if has dmidecode; then say dmi "$($limit $become dmidecode -t 11 2>/dev/null </dev/null)"; fi
for tool in /usr/local/bin/????version; do
  if [ -f "$tool" ] && [ -r "$tool" ] && grep -q vsmpversion "$tool"; then say tool "$tool"; break; fi
done
say kernel "$($limit $become dmesg 2>/dev/null </dev/null | grep 'vSMP CTL' | head -n 3)"
`;

/**
 * Looks for paths and programs. Arguments: \`$1\` how many paths to tell at most, \`$2\` \`heads\` where the first bytes of
 * text are wanted; then three for each that is wanted:
 * - \`t\`, \`f\` or \`a\` (text files, files, anything), text that it must hold or nothing, and a glob;
 * - \`p\`, nothing, a program.
 *
 * Prints four parts for a path: \`F\` and its number, what stat says, the path, the first KiB of what
 * it holds, unpacked, without NULs. Two for a program: \`P\` and its number, where it is. Two at the end: \`M\` and how
 * many more paths there are. Nothing but a regular file is opened.
 */
export const pathsScript = `${prelude}
max=$1 heads=$2 n=-1 told=0 more=0
shift 2
IFS=
statable=; if stat -L -c '%s %Y %d %i %A %U:%G' / >/dev/null 2>&1; then statable=yes; fi
about() {
  if [ -n "$statable" ]; then stat -L -c '%s %Y %d %i %A %U:%G' "$1" 2>/dev/null || stat -c '%s %Y %d %i %A %U:%G' "$1" 2>/dev/null
  else
    ( IFS=' '; set -f; set -- "$1" $(ls -ldLin "$1" 2>/dev/null || ls -ldin "$1" 2>/dev/null)
      printf '%s %s - %s %s %s:%s' "$7" "$(date -r "$1" +%s 2>/dev/null || printf -)" "$2" "$3" "$5" "$6" )
  fi
}
batch=
if stat --printf 'x\\0' / >/dev/null 2>&1 && printf '' | xargs -0 -r true 2>/dev/null; then batch=yes; fi
many() { [ $# -gt 3 ]; }
stats() { printf '%s\\0' "$@" | xargs -0 -r stat -L --printf 'S\\0%s %Y %d %i %A %U:%G\\0%n\\0' 2>/dev/null; }
unpacked() {
  case $1 in
  *.gz) if has gzip; then gzip -dc <"$1"; fi ;;
  *.xz) if has xz; then xz -dc <"$1"; fi ;;
  *.bz2) if has bzip2; then bzip2 -dc <"$1"; fi ;;
  *.zst) if has zstd; then zstd -dc <"$1"; fi ;;
  esac 2>/dev/null
}
tell() {
  if [ "$told" -ge "$max" ]; then more=$((more + 1)); return; fi
  told=$((told + 1))
  case $batched$2 in yes[!lx]*) printf 'F%s\\0%s\\0%s\\0' "$n" "$2" "$1" ;; *) printf 'F%s\\0%s %s\\0%s\\0' "$n" "$2" "$(about "$1")" "$1" ;; esac
  if [ "$2" = fr ] && [ "$how" = t ] && [ "$heads" = heads ]; then
    case $1 in
    *.gz|*.xz|*.bz2|*.zst) unpacked "$1" | dd bs=1024 count=1 2>/dev/null | tr -d '\\000' ;;
    *) dd if="$1" bs=1024 count=1 2>/dev/null | tr -d '\\000' ;;
    esac
  fi
  printf '\\0'
}
path() {
  if [ -f "$1" ]; then
    if [ ! -r "$1" ]; then tell "$1" f-
    elif [ -z "$holding" ] || grep -q -F -e "$holding" "$1" 2>/dev/null; then tell "$1" fr
    fi
  elif [ -d "$1" ]; then if [ "$how" = a ] || [ "$1" = "$wanted" ]; then tell "$1" d-; fi
  elif [ -p "$1" ]; then tell "$1" p-
  elif [ -S "$1" ]; then tell "$1" s-
  elif [ -b "$1" ] || [ -c "$1" ]; then tell "$1" b-
  elif [ -h "$1" ]; then tell "$1" l-
  else return 1
  fi
}
closed() {
  rest=\${1%%[*?[]*}
  case $rest in "$1") folder=\${1%/*} listed= ;; *) folder=\${rest%/*} listed=yes ;; esac
  while [ -n "$folder" ] && [ ! -e "$folder" ]; do folder=\${folder%/*} listed=; done
  [ -d "$folder" ] || return
  if [ ! -x "$folder" ]; then tell "$folder" x-
  elif [ -n "$listed" ] && [ ! -r "$folder" ]; then tell "$folder" x-
  fi
}
while [ $# -ge 3 ]; do
  how=$1 n=$((n + 1))
  holding=$(printf '%b.' "$2"); holding=\${holding%.}
  wanted=$(printf '%b.' "$3"); wanted=\${wanted%.}
  shift 3
  if [ "$how" = p ]; then
    at=$(command -v "$wanted" 2>/dev/null)
    printf 'P%s\\0%s\\0' "$n" "$at"
    continue
  fi
  any= batched=
  if [ -n "$batch" ] && many $wanted; then batched=yes; stats $wanted; fi
  for one in $wanted; do if path "$one"; then any=yes; fi; done
  if [ -z "$any" ]; then closed "$wanted"; fi
done
printf 'M\\0%s\\0' "$more"
`;
