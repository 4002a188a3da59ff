/** Owns what `npm test` may install: Debian packages only, as root or by a sudo that asks nothing, and no service of theirs. */
import { spawnSync } from "node:child_process";
import { findCommand, missingPackages } from "../lab/packages.ts";

/** Debian packages some test needs and this machine lacks. */
export function missingForTests(): string[] {
  if (process.platform !== "linux") return [];
  const chromium = process.env.CHROMIUM_PATH ?? findCommand("chromium");
  return [...missingPackages(), ...(chromium === null ? ["chromium", "fonts-dejavu-core"] : [])];
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
