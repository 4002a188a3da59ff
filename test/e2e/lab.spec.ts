import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectAccessible, test } from "./app.ts";
import { choose, dialog, fromMenu, fromPalette, inRack, labOnDisk, smallLab, writeLab } from "./lab-files.ts";

test("a lab file is made from the start screen, and an existing one is never overwritten", async ({ halfrack }) => {
  await writeFile(join(halfrack.homeDir, "cube.yaml"), "precious: true\n");
  const page = await halfrack.open();
  await page.getByRole("button", { name: /Make a lab file/ }).click();
  const making = dialog(page, "Make a lab file");
  await expect(making.getByRole("textbox", { name: "Name of the lab" })).toBeFocused();
  await page.keyboard.type("Cube");
  await expect(making.getByRole("button", { name: "cube.yaml" })).toBeVisible();
  await expect(making.getByRole("textbox", { name: "File to write" })).toHaveValue(join(halfrack.homeDir, "cube.yaml"));
  await making.getByRole("button", { name: "Write the lab file and open it" }).click();
  await expect(making.getByRole("alert")).toContainText("exists");
  expect(await readFile(join(halfrack.homeDir, "cube.yaml"), "utf8")).toBe("precious: true\n");
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-new-refused");

  const file = join(halfrack.homeDir, "cube-2.yaml");
  await making.getByRole("textbox", { name: "File to write" }).fill(file);
  await making.getByRole("button", { name: "Write the lab file and open it" }).click();
  await expect(making).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cube");
  await expect(page).toHaveTitle(/^Cube/);
  expect((await labOnDisk(file)).racks).toEqual([{ name: "Rack 1", units: 24 }]);
});

test("folders are walked and a lab file is made without a mouse", async ({ halfrack }) => {
  await mkdir(join(halfrack.homeDir, "labs", "old"), { recursive: true });
  const page = await halfrack.open();
  await page.getByRole("button", { name: /Make a lab file/ }).press("Enter");
  const making = dialog(page, "Make a lab file");
  await making.getByRole("button", { name: "labs" }).press("Enter");
  await expect(making.getByRole("button", { name: "old" })).toBeVisible();
  await expect(making.getByRole("button", { name: /^Up from/ })).toBeFocused();
  await making.getByRole("textbox", { name: "Rack height in units" }).fill("");
  await making.getByRole("textbox", { name: "Name of the lab" }).fill("Cube");
  await expect(making.getByRole("button", { name: "Write the lab file and open it" })).toBeDisabled();
  await making.getByRole("textbox", { name: "Rack height in units" }).fill("8");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cube");
  expect((await labOnDisk(join(halfrack.homeDir, "labs", "cube.yaml"))).racks).toEqual([{ name: "Rack 1", units: 8 }]);
});

test("a device is added with a free unit, a free name and all it is reached by", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const page = await halfrack.open({ lab: file });
  await fromMenu(page, "Add a device…");
  const adding = dialog(page, "Add a device");
  await choose(adding.getByRole("combobox", { name: "Device type" }), "DL785 G5");
  await expect(adding.getByRole("textbox", { name: "Name", exact: true }).first()).toHaveValue("node3");
  await expect(adding.getByRole("textbox", { name: "Lowest unit" })).toHaveValue("5");

  await adding.getByRole("textbox", { name: "Name", exact: true }).first().fill("node1");
  await expect(adding.getByText("The lab already has a device named node1")).toBeVisible();
  await expect(adding.getByRole("button", { name: "Add node1" })).toBeDisabled();
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-add-device");
  await adding.getByRole("textbox", { name: "Name", exact: true }).first().fill("big");
  await adding.getByRole("textbox", { name: "SSH host" }).fill("10.0.0.13 oops");
  await expect(adding.getByText("Is not a host name or address")).toBeVisible();
  await adding.getByRole("textbox", { name: "SSH host" }).fill("10.0.0.13");
  await adding.getByRole("textbox", { name: "SSH user" }).fill("root");
  await adding.getByRole("textbox", { name: "SSH port" }).fill("2222");
  await adding.getByRole("textbox", { name: "BMC address" }).fill("10.0.1.13");
  await adding.getByRole("textbox", { name: "BMC user" }).fill("Administrator");
  await adding.getByRole("button", { name: "Add big" }).click();
  await expect(adding).toBeHidden();
  await expect(inRack(page, "big")).toHaveAttribute("aria-pressed", "true");
  expect((await labOnDisk(file)).devices.at(-1)).toEqual({
    name: "big",
    type: "hp-dl785-g5",
    rack: "Rack 1",
    unit: 5,
    ssh: { host: "10.0.0.13", port: 2222, user: "root" },
    bmc: { host: "10.0.1.13", kind: "ilo", user: "Administrator" },
    hcas: [{ name: "mlx4_0", ports: 2 }],
  });
});

test("everything of a device is edited, and undone and redone by key", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const before = await readFile(file, "utf8");
  const page = await halfrack.open({ lab: file });
  await inRack(page, "node1").click();
  await fromMenu(page, "Edit node1…");
  const editing = dialog(page, "Edit node1");
  await expect(editing.getByRole("button", { name: "Save the changes" })).toBeDisabled();
  await editing.getByRole("textbox", { name: "Name", exact: true }).first().fill("head");
  await choose(editing.getByRole("combobox", { name: "Device type" }), "R710");
  await editing.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: "primary" }).click();
  await editing.getByRole("textbox", { name: "Lowest unit" }).fill("10");
  await editing.getByRole("textbox", { name: "CPU sockets" }).fill("2");
  await editing.getByRole("textbox", { name: "CPU cores in all" }).fill("12");
  await editing.getByRole("textbox", { name: "RAM in GiB" }).fill("96");
  const adapter = editing.getByRole("group", { name: "Adapter 1" });
  await adapter.getByRole("textbox", { name: "Node GUID" }).fill("0xnonsense");
  await expect(adapter.getByText(/^Is not a GUID/)).toBeVisible();
  await adapter.getByRole("textbox", { name: "Node GUID" }).fill("0x0002c903000e0b72");
  await adapter.getByRole("textbox", { name: "Model" }).fill("ConnectX-3");
  await editing.getByRole("textbox", { name: "Note" }).fill('Fan 3 is loud <b>"really"</b>');
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-edit-device");
  await editing.getByRole("button", { name: "Save the changes" }).click();
  await expect(editing).toBeHidden();
  await expect(inRack(page, "head")).toHaveAttribute("aria-pressed", "true");
  const after = await labOnDisk(file);
  expect(after.devices[0]).toEqual({
    name: "head",
    type: "dell-r710",
    rack: "Rack 1",
    unit: 10,
    role: "primary",
    hcas: [{ name: "mlx4_0", model: "ConnectX-3", ports: 2, guid: "0x0002c903000e0b72" }],
    expect: { sockets: 2, cores: 12, memoryGiB: 96 },
    note: 'Fan 3 is loud <b>"really"</b>',
  });
  expect(after.cables[0]?.to.device).toBe("head");

  await page.keyboard.press("Control+z");
  await expect(inRack(page, "node1")).toBeVisible();
  expect(await readFile(file, "utf8")).toBe(before);
  await page.keyboard.press("Control+Shift+z");
  await expect(inRack(page, "head")).toBeVisible();
  // Inside a field the keys are the field's own.
  await fromPalette(page, "Edit lab and racks");
  await page.keyboard.press("Control+z");
  await expect(dialog(page, "Lab and racks")).toBeVisible();
  expect(await labOnDisk(file)).toEqual(after);
});

test("removing a device names it and its cables, and Enter keeps it", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const page = await halfrack.open({ lab: file });
  await inRack(page, "sw1").focus();
  await fromPalette(page, "Remove sw1");
  const removing = dialog(page, "Remove sw1?");
  await expect(removing.getByRole("listitem")).toHaveText([
    "Cable sw1 port 1 to node1 mlx4_0/1 (C1)",
    "Cable sw1 port 2 to node2 mlx4_0/1",
  ]);
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-remove-device");
  await expect(removing.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(removing).toBeHidden();
  await expect(inRack(page, "sw1")).toBeFocused();
  expect(await labOnDisk(file)).toEqual(smallLab);

  await fromPalette(page, "Remove sw1");
  await removing.getByRole("button", { name: "Remove sw1 and 2 cables" }).click();
  await expect(inRack(page, "sw1")).toHaveCount(0);
  expect(await labOnDisk(file)).toMatchObject({ cables: [], devices: [{}, {}, { name: "desk" }] });
  await fromMenu(page, "Undo edit");
  await expect(inRack(page, "sw1")).toBeVisible();
  expect(await labOnDisk(file)).toEqual(smallLab);
});

test("the lab is renamed and racks are added, changed and removed in one step", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const page = await halfrack.open({ lab: file });
  await fromMenu(page, "Lab and racks…");
  const editing = dialog(page, "Lab and racks");
  await editing.getByRole("textbox", { name: "Name of the lab" }).fill("Cube <b>one</b>");
  await editing.getByRole("textbox", { name: "Rack name" }).fill("Left");
  await editing.getByRole("textbox", { name: "Height in units" }).fill("3");
  await expect(editing.getByText("sw1 takes unit 4")).toBeVisible();
  await editing.getByRole("textbox", { name: "Height in units" }).fill("24");
  await expect(editing.getByRole("button", { name: "Remove Left" })).toBeDisabled();
  await editing.getByRole("button", { name: "Add a rack" }).click();
  await editing.getByRole("textbox", { name: "Rack name" }).nth(1).fill("Left");
  await expect(editing.getByText("Another rack is named Left")).toBeVisible();
  await editing.getByRole("textbox", { name: "Rack name" }).nth(1).fill("Right");
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-racks");
  await editing.getByRole("button", { name: "Save the changes" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cube <b>one</b>");
  const after = await labOnDisk(file);
  expect(after.racks).toEqual([
    { name: "Left", units: 24 },
    { name: "Right", units: 24 },
  ]);
  expect(after.devices.map(({ rack }) => rack)).toEqual(["Left", "Left", "Left", undefined]);

  await fromMenu(page, "Lab and racks…");
  await editing.getByRole("button", { name: "Remove Right" }).click();
  await editing.getByRole("button", { name: "Save the changes" }).click();
  await expect(editing).toBeHidden();
  expect((await labOnDisk(file)).racks).toEqual([{ name: "Left", units: 24 }]);
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await labOnDisk(file)).racks.length).toBe(2);
});

test("hosts are imported from ~/.ssh/config with Include and ProxyJump, as text whatever they are named", async ({
  halfrack,
}) => {
  const file = await writeLab(halfrack, smallLab);
  const hostile = "<img/src=x/onerror=document.title=1>";
  await mkdir(join(halfrack.homeDir, ".ssh", "conf.d"));
  await writeFile(
    join(halfrack.homeDir, ".ssh", "config"),
    `Include conf.d/*\nHost gate\n  HostName 192.0.2.1\n  User admin\nHost ${hostile}\n  HostName 192.0.2.9\n`,
  );
  await writeFile(
    join(halfrack.homeDir, ".ssh", "conf.d", "cube"),
    "Host far node1\n  HostName 10.0.0.21\n  Port 2200\n  ProxyJump gate\n",
  );
  const page = await halfrack.open({ lab: file });
  await fromMenu(page, "Import hosts…");
  const importing = dialog(page, "Import hosts");
  await importing.getByRole("button", { name: "Read hosts" }).click();
  await expect(importing.getByRole("checkbox", { name: "node1 (already in the lab)" })).toBeDisabled();
  await expect(importing.getByRole("row", { name: /^far / })).toContainText("10.0.0.21:2200");
  await expect(importing.getByRole("row", { name: /^far / })).toContainText("gate");
  await expect(importing.getByText(hostile)).toBeVisible();
  await expect(importing.getByRole("button", { name: /^Add 3 hosts/ })).toBeDisabled();
  await choose(importing.getByRole("combobox", { name: /Device type/ }), "R610");
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-import-ssh");
  await importing.getByRole("button", { name: "Add 3 hosts" }).click();
  await expect(importing).toBeHidden();
  const added = (await labOnDisk(file)).devices.slice(4);
  expect(added).toContainEqual({
    name: "far",
    type: "dell-r610",
    ssh: { host: "10.0.0.21", port: 2200, jump: ["gate"] },
  });
  expect(added).toContainEqual({ name: "gate", type: "dell-r610", ssh: { host: "192.0.2.1", user: "admin" } });
  expect(added.map(({ name }) => name)).toContain(hostile);

  // The gate cannot go while another is reached through it.
  await fromPalette(page, "Remove gate");
  const removing = dialog(page, "Remove gate?");
  await expect(removing).toContainText("far is reached through it");
  await expect(removing.getByRole("button", { name: "Remove gate" })).toBeDisabled();
});

test("hosts stay legible beside a long address, and the buttons in sight below a long list", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const long = `${"label.".repeat(12)}example.org`;
  const hosts = Array.from({ length: 40 }, (_, at) => `Host host${at}\n  HostName ${long}\n  ProxyJump node1\n`);
  await writeFile(join(halfrack.homeDir, ".ssh", "config"), hosts.join(""));
  const page = await halfrack.open({ lab: file });
  await fromMenu(page, "Import hosts…");
  const importing = dialog(page, "Import hosts");
  await importing.getByRole("button", { name: "Read hosts" }).click();
  const name = importing.getByText("host39", { exact: true });
  await expect(name).toBeVisible();
  expect((await name.boundingBox())?.height).toBeLessThan(24);
  // 200 % zoom of the smallest window that is looked after.
  await page.setViewportSize({ width: 640, height: 400 });
  await expect(importing.getByRole("button", { name: /^Add 40 hosts/ })).toBeInViewport({ ratio: 1 });
  await importing.getByRole("button", { name: "Browse…" }).click();
  await expect(importing.getByRole("button", { name: "Add hosts" })).toBeInViewport({ ratio: 1 });
});

const inventories = {
  "hosts.ini": "[nodes]\nweb[1:2] ansible_user=root\n[nodes:vars]\nansible_port=2201\n",
  "hosts.yaml": "nodes:\n  vars: { ansible_user: root, ansible_port: 2201 }\n  hosts:\n    web1:\n    web2:\n",
} as const;
for (const [name, text] of Object.entries(inventories)) {
  test(`hosts are imported from an Ansible inventory, ${name}, found by browsing`, async ({ halfrack }) => {
    const file = await writeLab(halfrack, smallLab);
    await writeFile(join(halfrack.homeDir, name), text);
    const page = await halfrack.open({ lab: file });
    await fromPalette(page, "Import hosts from ssh_config or Ansible");
    const importing = dialog(page, "Import hosts");
    await importing.getByText("Ansible inventory").click();
    await importing.getByRole("textbox", { name: "File" }).fill("/nowhere/hosts");
    await importing.getByRole("button", { name: "Read hosts" }).click();
    await expect(importing.getByRole("alert")).toContainText("/nowhere/hosts");
    await importing.getByRole("button", { name: "Browse…" }).click();
    await importing.getByRole("button", { name, exact: true }).click();
    await importing.getByRole("button", { name: "Read hosts" }).click();
    await choose(importing.getByRole("combobox", { name: /Device type/ }), "R610");
    await importing.getByRole("button", { name: "Add 2 hosts" }).click();
    await expect(importing).toBeHidden();
    const ssh = { user: "root", port: 2201 };
    expect((await labOnDisk(file)).devices.slice(4)).toEqual([
      { name: "web1", type: "dell-r610", ssh: { host: "web1", ...ssh } },
      { name: "web2", type: "dell-r610", ssh: { host: "web2", ...ssh } },
    ]);
  });
}

/** In the form of the NetBox community's device-type library. */
const netBox = `---
manufacturer: Supermicro
model: SYS-1029P
slug: supermicro-sys-1029p
u_height: 1
is_full_depth: true
interfaces:
  - name: eno1
    type: 1000base-t
  - name: ib0
    type: infiniband-fdr
power-ports:
  - name: PSU1
    type: iec-60320-c14
`;

test("a NetBox device type is imported from the add dialog, chosen there, and kept in the lab file", async ({
  halfrack,
}) => {
  const file = await writeLab(halfrack, smallLab);
  const typeFile = join(halfrack.homeDir, "SYS-1029P.yaml");
  await writeFile(typeFile, netBox);
  await writeFile(join(halfrack.homeDir, "nothing.yaml"), "a: 1\n");
  const page = await halfrack.open({ lab: file });
  await fromMenu(page, "Add a device…");
  const adding = dialog(page, "Add a device");
  await adding.getByRole("button", { name: "Import a device type…" }).click();
  const importing = dialog(page, "Import a device type");
  await importing.getByRole("button", { name: "nothing.yaml" }).click();
  await importing.getByRole("button", { name: "Read the file" }).click();
  await expect(importing.getByRole("alert")).toContainText("manufacturer");
  await importing.getByRole("button", { name: "SYS-1029P.yaml" }).click();
  await importing.getByRole("button", { name: "Read the file" }).click();
  await expect(importing.getByRole("region", { name: "What was understood" })).toContainText(
    "Supermicro SYS-1029P (1U)",
  );
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-import-type");
  await importing.getByRole("button", { name: "Add SYS-1029P" }).click();
  await expect(importing).toBeHidden();
  await expect(adding.getByRole("combobox", { name: "Device type" })).toHaveValue("Supermicro SYS-1029P (1U)");
  await adding.getByRole("button", { name: "Add node3" }).click();
  await expect(inRack(page, "node3")).toBeVisible();
  const after = await labOnDisk(file);
  expect(after.deviceTypes?.map(({ slug }) => slug)).toEqual(["supermicro-sys-1029p"]);
  expect(after.devices.at(-1)).toMatchObject({ name: "node3", type: "supermicro-sys-1029p", unit: 3 });

  // Also from the menu; a type that the lab has already is refused with the reason.
  await fromMenu(page, "Import a device type…");
  await importing.getByRole("textbox", { name: "Device-type file" }).fill(typeFile);
  await page.keyboard.press("Enter");
  await importing.getByRole("button", { name: "Add SYS-1029P" }).click();
  await expect(importing.getByRole("alert")).toContainText("supermicro-sys-1029p");
});

test("a folder that is typed is opened, a file that is typed is taken", async ({ halfrack }) => {
  await writeLab(halfrack, smallLab, "typed.yaml");
  const page = await halfrack.open();
  await page.getByRole("button", { name: "Open a lab file" }).click();
  const opening = dialog(page, "Open a lab file");
  await opening.getByRole("textbox", { name: "Lab file" }).fill(halfrack.homeDir);
  await page.keyboard.press("Enter");
  await expect(opening.getByRole("group", { name: `Folder ${halfrack.homeDir}` })).toBeVisible();
  await expect(opening.getByRole("alert")).toHaveCount(0);
  await opening.getByRole("textbox", { name: "Lab file" }).fill(`${halfrack.homeDir}/typed.yaml`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: smallLab.name })).toBeVisible();
});
