/**
 * Builds ssh2's native crypto for the Node that runs Halfrack's scripts (the `node` package), not for the one that ran
 * npm. Without it ssh2 silently uses JavaScript ciphers, several times slower. Runs after every install; does nothing
 * when the addon already loads.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, "..");
const ssh2 = join(root, "node_modules", "ssh2");
const crypto = join(ssh2, "lib", "protocol", "crypto.js");

if (!existsSync(crypto)) process.exit(0); // installed without dependencies
if (require(crypto).bindingAvailable) process.exit(0);

const headers = join(root, "node_modules", ".cache", `node-headers-${process.version}`);
const nodeGyp = require.resolve("node-gyp/bin/node-gyp.js");

/** The headers of exactly this Node travel in its platform package; where that fails node-gyp fetches them itself. */
function fetchHeaders() {
  if (existsSync(join(headers, "include", "node", "node.h"))) return true;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const scratch = mkdtempSync(join(tmpdir(), "halfrack-headers-"));
  try {
    const name = `node-${platform}-${process.arch}@${process.versions.node}`;
    const pack = spawnSync("npm", ["pack", "--silent", name], {
      cwd: scratch,
      encoding: "utf8",
      shell: platform === "win",
    });
    const archive = pack.stdout?.trim().split("\n").at(-1);
    if (pack.status !== 0 || !archive) return false;
    const unpack = spawnSync("tar", ["-xzf", archive, "package/include"], { cwd: scratch });
    if (unpack.status !== 0) return false;
    mkdirSync(join(headers, ".."), { recursive: true });
    rmSync(headers, { recursive: true, force: true });
    mkdirSync(headers);
    renameSync(join(scratch, "package", "include"), join(headers, "include"));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const args = [nodeGyp, "rebuild", `--target=${process.versions.node}`];
if (fetchHeaders()) args.push(`--nodedir=${headers}`);
const env = { ...process.env };
delete env.npm_config_nodedir;
const build = spawnSync(process.execPath, args, {
  cwd: join(ssh2, "lib", "protocol", "crypto"),
  encoding: "utf8",
  env,
});

delete require.cache[crypto];
const works =
  build.status === 0 &&
  spawnSync(process.execPath, ["-p", `require(${JSON.stringify(crypto)}).bindingAvailable`], {
    encoding: "utf8",
  }).stdout.trim() === "true";
if (!works) {
  process.stderr.write(
    `halfrack: ssh2's native ciphers could not be built; SSH works with slower JavaScript ciphers.\n${(build.stderr ?? "").split("\n").slice(-15).join("\n")}\n`,
  );
}
