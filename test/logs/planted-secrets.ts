/** The secrets that tests of redaction plant, and what finds them again in any byte, down to the innermost packing. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { plants } from "./redact-places.ts";

export const base64Of = (text: string) => Buffer.from(text).toString("base64");
/** Two hosts, called so by the lab file alone. */
export const devices = ["cassiopeia7", "ursaminor8"] as const;
export const ownWord = "Projekt Zwölfeck";
export const planted = plants();
export const secrets = [...planted.map(({ secret }) => secret), ...devices, ownWord];

/** Contents in which nothing but the word itself tells what it is. */
export const aloud = secrets.map((secret, n) => `${n}: (${secret}) then "${secret}", at last ${secret}.`).join("\n");

/** What the page of the docs says is not looked for in base64: short words and addresses. */
export const inBase64 = planted
  .filter(({ kind }) => ["password", "key", "serial"].includes(kind))
  .map(({ secret }) => secret);

const ways = secrets.map((secret) => {
  const word = secret.toLowerCase();
  const plain = new Set([word, JSON.stringify(word).slice(1, -1), encodeURIComponent(secret).toLowerCase()]);
  // the letters of UTF-8 as they stand in a view of bytes, of which ASCII and Latin-1 alone were made small
  for (const spelled of [word, secret, secret.toUpperCase()])
    plain.add(Buffer.from(spelled).toString("latin1").toLowerCase());
  return { secret, plain: [...plain] };
});
/** As the letters of base64 that stand for nothing but the secret, in each of the three places it may begin at. */
const inLetters = inBase64.flatMap((secret) =>
  [0, 1, 2].map((before) => ({
    secret,
    letters: base64Of(`${" ".repeat(before)}${secret}`).slice(Math.ceil((before * 8) / 6), -4),
  })),
);

/** The secrets that stand in bytes, in any way in which somebody would find them. */
export function leftIn(bytes: Buffer, where: string): string[] {
  const asIs = bytes.toString("latin1");
  const low = asIs.toLowerCase();
  const views = [low, low.replaceAll(/\x1b\[[0-?]*[ -/]*[@-~]/g, ""), low.replaceAll("\0", "")];
  const hex = asIs
    .match(/[0-9a-fA-F]{16,}/g)
    ?.map((digits) => Buffer.from(digits, "hex").toString("latin1").toLowerCase());
  views.push((hex ?? []).join("\n"));
  const found = ways.filter(({ plain }) => plain.some((way) => views.some((view) => view.includes(way))));
  const coded = inLetters.filter(({ letters }) => asIs.includes(letters));
  return [...found, ...coded].map(({ secret }) => `${secret} in ${where}`);
}

const magics: readonly (readonly [string, (path: string, into: string) => void])[] = [
  ["1f8b", (path, into) => unpack(`gzip -dc <"$1" >"$2/unpacked"`, path, into)],
  ["28b52ffd", (path, into) => unpack(`zstd -dcq <"$1" >"$2/unpacked"`, path, into)],
  ["fd377a58", (path, into) => unpack(`xz -dc <"$1" >"$2/unpacked"`, path, into)],
  ["425a68", (path, into) => unpack(`bzip2 -dc <"$1" >"$2/unpacked"`, path, into)],
  ["504b0304", (path, into) => unpack(`unzip -q "$1" -d "$2"`, path, into)],
];
const unpack = (script: string, path: string, into: string) => void spawnSync("sh", ["-c", script, "sh", path, into]);

/** All files and names below a folder, and what is packed in them. */
export async function leftBelow(folder: string): Promise<string[]> {
  const left: string[] = [];
  for (const each of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(each.parentPath, each.name);
    left.push(...leftIn(Buffer.from(each.name), `the name ${relative(folder, path)}`));
    if (!each.isFile()) continue;
    const bytes = await readFile(path);
    left.push(...leftIn(bytes, relative(folder, path)));
    const hex = bytes.subarray(0, 4).toString("hex");
    const packed = magics.find(([magic]) => hex.startsWith(magic))?.[1];
    const isTar = bytes.toString("latin1", 257, 262) === "ustar";
    if (!packed && !isTar) continue;
    const into = await mkdtemp(join(tmpdir(), "halfrack-inner-"));
    if (packed) packed(path, into);
    else unpack(`tar -xf "$1" -C "$2"`, path, into);
    left.push(...(await leftBelow(into)).map((found) => `${found} of ${relative(folder, path)}`));
    await rm(into, { recursive: true, force: true });
  }
  return left;
}
