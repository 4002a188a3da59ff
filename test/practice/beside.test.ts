/** A lab of the admin's own beside the running practice lab: its host keys are those on record in the profile. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startPractice } from "../../electron/router.ts";
import { testApp } from "../contract/transports.ts";
import { rejectedWith } from "../ssh/bench.ts";

test("a lab opened while the practice lab runs is checked against the profile's known_hosts", async () => {
  await using app = await testApp();
  await startPractice(app);
  const { ssh } = app.lab.state.get().lab?.devices.find(({ name }) => name === "node1") ?? {};
  expect((await app.ssh.connect("node1")).status).toBe("connected");
  const otherKey = "AAAAC3NzaC1lZDI1NTE5AAAAIG9uZSBvdGhlciBwdWJsaWMga2V5IG9mIDMyIGJ5dGVz";
  await writeFile(join(app.info.profileDir, "known_hosts"), `[127.0.0.1]:${ssh?.port} ssh-ed25519 ${otherKey}\n`);
  const path = join(app.dir, "own.yaml");
  const lab = { halfrack: 1, name: "Own", devices: [{ name: "mine", type: "generic-desktop", ssh }] };
  await writeFile(path, JSON.stringify(lab));
  expect((await app.lab.open({ path })).problems).toEqual([]);
  expect((await rejectedWith(app.ssh.connect("mine"))).code).toBe("ssh.host-key-changed");
});
