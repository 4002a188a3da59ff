/** A boot stick's way: made to the documented layout, found on a host, planned, collected, and in the bundle bit for bit. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeBundle } from "../../electron/logs/bundle/write.node.ts";
import { type Bench, deviceFor, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { imageBytes, logBytes, noise, writeImage } from "../sticks/image.ts";
import { writing } from "./bundle-scene.ts";
import { foundAndCollected } from "./found-and-collected.ts";
import { loop, whyNoLoop } from "./hosts.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe.skipIf(whyNoLoop || whyNoSshd)(`a stick's way into a bundle ${whyNoLoop || whyNoSshd}`, () => {
  let dir = "";
  let sshd: Sshd;
  let bench: Bench;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "halfrack-way-"));
    sshd = await startSshd();
    bench = await trustingBench([sshd], { devices: [deviceFor("node1", sshd)] });
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Files of the bundle below the stick's folder, with their bytes. */
  async function bundled(image: string, id: string): Promise<ReadonlyMap<string, Buffer>> {
    using stick = loop(image);
    const profile = join(dir, id);
    const asked = {
      id,
      profile,
      device: "node1",
      disks: [stick.disk],
      items: ["stick-version", "stick-log"],
      files: false,
    };
    const collection = await foundAndCollected(bench, asked);
    const { path } = await writeBundle(collection, writing({ to: join(profile, "bundle.tar.zst") }));
    const out = join(profile, "out");
    mkdirSync(out);
    execFileSync("tar", ["--zstd", "-xf", path, "-C", out]);
    const listed = execFileSync("find", [out, "-path", "*/sticks/*", "-type", "f"], { encoding: "utf8" });
    return new Map(
      listed
        .trim()
        .split("\n")
        .map((file) => [file.slice(file.indexOf("/sticks/") + 1), readFileSync(file)]),
    );
  }

  const withBytes = (files: ReadonlyMap<string, Buffer>, bytes: Uint8Array) =>
    [...files].filter(([, content]) => content.length === bytes.length && sha256(content) === sha256(bytes)).length;

  test("the log region of a stick to the layout is in the bundle bit for bit", async () => {
    const log = noise(logBytes, 99);
    const image = join(dir, "known");
    writeImage(image, { log });
    const files = await bundled(image, "known-layout");
    expect([...files.keys()].join(" ")).toContain("log");
    expect(withBytes(files, log)).toBe(1);
    expect(withBytes(files, readFileSync(image).subarray(5 * 1024 ** 2, 6 * 1024 ** 2))).toBe(1);
    expect(files.size).toBe(2);
  }, 120_000);

  test("a disk of an unknown layout is in the bundle as a whole", async () => {
    const bytes = noise(imageBytes + 1024 * 1024, 5);
    const image = join(dir, "unknown");
    writeFileSync(image, bytes);
    const files = await bundled(image, "unknown-layout");
    expect(withBytes(files, bytes.subarray(0, imageBytes))).toBe(1);
  }, 120_000);
});
