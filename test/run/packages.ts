/** Owns what `npm test` may install: Debian packages only, as root or by a sudo that asks nothing, and no service of theirs. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findCommand, missingPackages } from "../lab/packages.ts";

const root = join(import.meta.dirname, "..", "..");

/** Debian packages some test needs and this machine lacks. */
export function missingForTests(): string[] {
  if (process.platform !== "linux") return [];
  return [
    ...missingPackages(),
    ...(chromiumPath() === null ? ["chromium", "fonts-dejavu-core"] : []),
    ...(findCommand("ansible-inventory") === null ? ["ansible-core"] : []),
    ...(findCommand("git") === null ? ["git"] : []),
    // Read the sheets that are made: PDF and SVG.
    ...(findCommand("pdftotext") === null ? ["poppler-utils"] : []),
    ...(findCommand("xmllint") === null ? ["libxml2-utils"] : []),
    // What evidence is collected with, and archives are checked with.
    ...Object.keys(collecting).filter((name) => findCommand(collecting[name] ?? "") === null),
    // Names of ports, which ssh_config may hold.
    ...(existsSync("/etc/services") ? [] : ["netbase"]),
    ...(hasNativeCiphers() ? [] : Object.keys(compilers).filter((name) => findCommand(compilers[name] ?? "") === null)),
  ];
}

/** Packages that tests of the log finder need, and a command of each. */
const collecting: Readonly<Record<string, string>> = {
  busybox: "busybox",
  sudo: "sudo",
  zstd: "zstd",
  "xz-utils": "xz",
  bzip2: "bzip2",
  zip: "zip",
  unzip: "unzip",
  openssl: "openssl",
  iproute2: "ip",
  nftables: "nft",
  ipmitool: "ipmitool",
  openipmi: "ipmi_sim",
};

/** The browser that end-to-end tests and benchmarks run, null when there is none. */
export const chromiumPath = (): string | null => process.env.CHROMIUM_PATH ?? findCommand("chromium");

/** Packages that ssh2's native ciphers are built with, and a command of each. */
const compilers: Readonly<Record<string, string>> = { "g++": "g++", make: "make", python3: "python3" };

function hasNativeCiphers(): boolean {
  const loads = 'require("ssh2/lib/protocol/crypto.js").bindingAvailable || process.exit(1)';
  return spawnSync(process.execPath, ["-e", loads], { cwd: root, stdio: "ignore" }).status === 0;
}

/** Builds the native ciphers where they were not: after an install of the packages on a machine without a compiler. */
export function buildNativeCiphers(): void {
  if (!hasNativeCiphers()) spawnSync(process.execPath, [join(root, "build", "native.mjs")], { stdio: "inherit" });
}

// Tests start sshd and opensm themselves. Installed for a test, neither may begin to serve on this machine.
const installScript = `set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get -q update
apt-get -q install -y --no-install-recommends "$@"
if command -v systemctl >/dev/null; then
  for package; do
    case $package in
      openssh-server) systemctl --quiet disable ssh.service ssh.socket || : ;;
      opensm) systemctl --quiet disable opensm.service || : ;;
    esac
  done
fi
`;

/** Installs `packages` where that needs no question; returns why not, or an empty string. */
export function install(packages: readonly string[]): string {
  if (process.env.HALFRACK_INSTALL === "0") return "HALFRACK_INSTALL=0 forbids it";
  if (findCommand("apt-get") === null) return "this is no Debian system (no apt-get)";
  const become = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (become.length > 0 && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0)
    return "neither root nor a sudo without password";
  const [command = "", ...args] = [...become, "sh", "-c", installScript, "sh", ...packages];
  return spawnSync(command, args, { stdio: "inherit" }).status === 0 ? "" : "apt-get failed";
}
