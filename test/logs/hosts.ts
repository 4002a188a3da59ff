/** Hosts for the finder's tests: a busybox-only one in a chroot, an account that is not root's, one that sudo lets in, and disks. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Item, itemSchema } from "../../electron/contract/logs/item.ts";
import { hereReach, type Reach } from "../../electron/logs/far/reach.node.ts";

const isRoot = process.getuid?.() === 0;
const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

export const whyNoBusybox = !isRoot ? "needs root for chroot" : has("busybox") ? "" : "no busybox (Debian: busybox)";
export const whyNoAccount = isRoot ? "" : "needs root to make an account";
export const whyNoSudo = whyNoAccount || (has("sudo") ? "" : "no sudo (Debian: sudo)");

export const whyNoLoop = (() => {
  if (process.getuid?.() !== 0) return "needs root for loop devices";
  const dir = mkdtempSync(join(tmpdir(), "halfrack-loop-"));
  writeFileSync(join(dir, "image"), new Uint8Array(1024 * 1024));
  const made = spawnSync("losetup", ["-r", "-f", "--show", join(dir, "image")], { encoding: "utf8" });
  if (made.status === 0) spawnSync("losetup", ["-d", made.stdout.trim()]);
  rmSync(dir, { recursive: true });
  return made.status === 0 ? "" : "no loop devices can be made here";
})();

/** A disk that is the file; gone when it is disposed. */
export function loop(path: string): Disposable & { readonly disk: string } {
  const disk = execFileSync("losetup", ["-r", "-f", "--show", path], { encoding: "utf8" }).trim();
  return { disk, [Symbol.dispose]: () => void spawnSync("losetup", ["-d", disk]) };
}

export interface BusyboxHost extends Disposable {
  readonly reach: Reach;
  /** Its `/`, from outside. */
  readonly root: string;
}

/** A host that has busybox and nothing else. */
export function busyboxHost(): BusyboxHost {
  const root = mkdtempSync(join(tmpdir(), "halfrack-busybox-"));
  const busybox = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
  const libraries = spawnSync("ldd", [busybox], { encoding: "utf8" }).stdout.match(/\/[^ )]+/g) ?? [];
  for (const file of [...libraries.filter((path) => existsSync(path))]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  for (const dir of ["bin", "dev", "tmp", "var/log", "proc", "etc"]) mkdirSync(join(root, dir), { recursive: true });
  copyFileSync(busybox, join(root, "bin/busybox"));
  chmodSync(join(root, "bin/busybox"), 0o755);
  execFileSync("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
  execFileSync("chroot", [root, "/bin/busybox", "--install", "-s", "/bin"]);
  const env = ["env", "-i", "PATH=/bin"];
  return {
    root,
    reach: {
      device: "busybox",
      run: (argv, options) => hereReach.run(["chroot", root, "/bin/busybox", ...env, ...argv], options),
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface Account extends Disposable {
  readonly user: string;
}

/** An account that is nobody's; `sudo` lets it become root without a password. */
export function makeAccount(name: string, sudo: boolean): Account {
  const user = `${name}${process.pid % 100_000}`;
  const rule = `/etc/sudoers.d/${user}`;
  // no password fits, and the account is not locked: sshd lets its keys in
  execFileSync("useradd", ["--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", "--password", "*", user]);
  if (sudo) writeFileSync(rule, `${user} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 });
  return {
    user,
    [Symbol.dispose]: () => {
      if (sudo) rmSync(rule, { force: true });
      spawnSync("userdel", [user]);
    },
  };
}

const common = { title: "t", why: "w", group: "logs", on: ["linux", "here"] };

export const filesItem = (id: string, files: readonly string[], more: { readonly text?: boolean } = {}): Item =>
  itemSchema.parse({ ...common, id, files, ...more });

export const commandItem = (id: string, program: string): Item =>
  itemSchema.parse({ ...common, id, command: [program] });
