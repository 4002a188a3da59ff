import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { devicesOfInventory, readInventory } from "../../electron/lab/ansible.ts";
import { importSshConfigFile } from "../../electron/lab/import.node.ts";
import { deviceTypeOfNetBox } from "../../electron/lab/netbox.ts";

const hasAnsible = spawnSync("ansible-inventory", ["--version"]).status === 0;
let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-import-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const ini = `# lab
gw ansible_host=192.0.2.1
[nodes]
node[01:03] ansible_user=root
node9:2222 ansible_host="10.0.0.9" # why
db-[a:c].lab
[switches]
sw ansible_host=10.0.0.10
[cube:children]
nodes
switches
[cube:vars]
ansible_user=admin
ansible_ssh_private_key_file=~/.ssh/lab
[nodes:vars]
ansible_port=2200
ansible_ssh_common_args='-o ProxyJump=gw'
[all:vars]
ansible_user=everyone
`;
const yaml = `all:
  vars: { ansible_user: everyone }
  hosts:
    gw: { ansible_host: 192.0.2.1 }
  children:
    cube:
      vars: { ansible_user: admin, ansible_port: 2200 }
      children:
        nodes:
          vars: { ansible_user: root }
          hosts:
            node[1:3]:
            node9: { ansible_host: 10.0.0.9, ansible_user: own }
`;

describe.skipIf(!hasAnsible)(
  `ansible-inventory agrees${hasAnsible ? "" : " (skipped: package ansible-core is missing)"}`,
  () => {
    test.each([
      ["hosts.ini", ini],
      ["hosts.yaml", yaml],
    ])("%s", async (name, text) => {
      const file = join(dir, name);
      await writeFile(file, text);
      const ran = spawnSync("ansible-inventory", ["-i", file, "--list"], {
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C.UTF-8" },
      });
      const theirs = JSON.parse(ran.stdout)._meta.hostvars as Record<string, Record<string, unknown>>;
      const { inventory, notes } = readInventory(text, file);
      expect(notes).toEqual([]);
      const plain = (vars: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries(vars)
            .map(([key, value]) => [key, String(value)])
            .sort(),
        );
      const ours = Object.fromEntries(
        [...inventory.resolved()].map(([host, vars]) => [host, plain(Object.fromEntries(vars))]),
      );
      expect(ours).toEqual(Object.fromEntries(Object.entries(theirs).map(([host, vars]) => [host, plain(vars)])));
    });
  },
);

test("an Ansible inventory becomes devices, bad lines notes with their number", () => {
  const { devices, notes } = devicesOfInventory(`${ini}[broken\n[g:what]\nx\n[nodes]\nbad[1:x] y\n"open\n`, "hosts");
  expect(devices.find((device) => device.name === "node01")).toEqual({
    name: "node01",
    ssh: { host: "node01", port: 2200, user: "root", identityFile: "~/.ssh/lab", jump: ["gw"] },
    source: "hosts:4",
  });
  expect(devices.find((device) => device.name === "gw")?.ssh).toEqual({ host: "192.0.2.1", user: "everyone" });
  expect(notes.length).toBeGreaterThan(3);
  for (const note of notes) expect(note.line).toBeGreaterThan(0);
});

test("an ssh_config becomes devices; a hop of its own becomes one too", async () => {
  const file = join(dir, "config");
  await writeFile(
    file,
    "Host n1 n2\n User root\n ProxyJump gw,me@far.lab:2200\n IdentityFile ~/.ssh/lab\nHost gw\n HostName gw.lab\n",
  );
  const { devices, notes } = await importSshConfigFile(file, dir);
  expect(notes).toEqual([]);
  expect(devices).toEqual([
    {
      name: "n1",
      ssh: { host: "n1", user: "root", identityFile: "~/.ssh/lab", jump: ["gw", "me@far.lab:2200"] },
      source: `${file}:1`,
    },
    {
      name: "n2",
      ssh: { host: "n2", user: "root", identityFile: "~/.ssh/lab", jump: ["gw", "me@far.lab:2200"] },
      source: `${file}:1`,
    },
    { name: "gw", ssh: { host: "gw.lab" }, source: `${file}:5` },
    { name: "me@far.lab:2200", ssh: { host: "far.lab", port: 2200, user: "me" }, source: `${file}:1` },
  ]);
});

test("a NetBox device type becomes one of ours", () => {
  const { deviceType, notes } = deviceTypeOfNetBox(
    "manufacturer: Mellanox\nmodel: SX6036\nslug: mellanox-sx6036\nu_height: 1\nis_full_depth: true\ninterfaces:\n  - { name: 1, type: infiniband-fdr }\n  - { name: mgmt0, type: 1000base-t, mgmt_only: true }\n  - { name: v, type: virtual }\npower-ports:\n  - { name: PS1, type: iec-60320-c14 }\nconsole-ports:\n  - { name: mgmt0, type: rj-45 }\nmodule-bays:\n  - { name: B }\n",
    "t.yaml",
  );
  expect(deviceType).toMatchObject({ slug: "mellanox-sx6036", heightU: 1, kind: "server" });
  expect(deviceType.ports.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "1 infiniband",
    "mgmt0 ethernet",
    "PS1 power",
    "mgmt0 (console) console",
  ]);
  expect(notes.some((note) => note.includes("module-bays"))).toBe(true);
  expect(() => deviceTypeOfNetBox("model: x\n", "t.yaml")).toThrow(/not a NetBox device type/);
});

test("property: the inventory reader never throws", () => {
  const piece = fc.constantFrom(
    "[a]",
    "[a:children]",
    "[b:vars]",
    "[",
    "x[1:9]",
    "h:22",
    " k=v",
    '"',
    "\n",
    "a:\n",
    "  hosts:\n",
    "- ",
    "#",
    "{{ x }}",
    "[a:a]",
    "=",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 25 }),
      (all) => devicesOfInventory(all.join(""), "f").devices.length <= 5001,
    ),
    { numRuns: 500 },
  );
});

test("groups in a long row are read up to a limit, and the rest is told of", () => {
  const text = Array.from({ length: 6000 }, (_, n) => `[g${6000 - n}:children]\ng${6001 - n}\n`).join("");
  const begun = performance.now();
  const { devices, notes } = devicesOfInventory(`node1\n${text}`, "hosts");
  expect(devices.map(({ name }) => name)).toEqual(["node1"]);
  expect(notes).toEqual([{ source: "hosts", line: 0, message: "Only the first 1000 groups are read." }]);
  expect(performance.now() - begun).toBeLessThan(8000);
});
