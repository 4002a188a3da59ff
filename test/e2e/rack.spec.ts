import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { parse, stringify } from "yaml";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { endText } from "../../electron/contract/words.ts";
import { cubeLab } from "../rack/cube.ts";
import { test as base, expect, expectAccessible } from "./app.ts";
import { planTable } from "./practice-page.ts";

/** The cube without addresses: nothing is asked of any host, so nothing changes but by the test's hand. */
const silent: Lab = {
  ...cubeLab,
  devices: cubeLab.devices.map(({ ssh: _ssh, bmc: _bmc, ...device }) => device),
};

const eight = [1, 2, 3, 4, 5, 6, 7, 8];

/** Eight racks of 25 servers of one unit under a switch. */
const hall: Lab = {
  halfrack: 1,
  name: "Machine hall",
  racks: eight.map((rack) => ({ name: `Rack ${rack}`, units: 42 })),
  devices: eight.flatMap((rack) => [
    { name: `sw${rack}`, type: "mellanox-sx6018", rack: `Rack ${rack}`, unit: 40 },
    ...Array.from({ length: 25 }, (_, index) => ({
      name: `host${rack}-${index + 1}`,
      type: index % 3 === 0 ? "dell-r610" : "hp-dl360-g7",
      rack: `Rack ${rack}`,
      unit: index + 1,
      hcas: [{ name: "mlx4_0", ports: 1 }],
    })),
  ]),
  cables: eight.flatMap((rack) =>
    Array.from({ length: 17 }, (_, index) => ({
      from: { device: `sw${rack}`, port: String(index + 1) },
      to: { device: `host${rack}-${index + 1}`, port: "mlx4_0/1" },
    })),
  ),
};

const test = base.extend<{ labFile: string }>({
  labFile: async ({ halfrack: _window }, use) => {
    const dir = await mkdtemp(join(tmpdir(), "halfrack-rack-"));
    const file = join(dir, "cube.yaml");
    await writeFile(file, stringify(silent));
    await use(file);
    await rm(dir, { recursive: true, force: true });
  },
});

const button = (page: Page, name: RegExp): Locator => page.getByRole("main").getByRole("button", { name });
const device = (page: Page, name: string): Locator => button(page, new RegExp(`^${name}, `));
const port = (page: Page, name: string, number: string): Locator =>
  button(page, new RegExp(`^${endText({ device: name, port: number })},`));
const onDisk = async (file: string): Promise<Lab> => labSchema.parse(parse(await readFile(file, "utf8")));
const unitOf = async (file: string, name: string) =>
  (await onDisk(file)).devices.find((each) => each.name === name)?.unit;

test("arrows walk from device to port to the other end of the cable", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  await device(page, "sw1").focus();
  await page.keyboard.press("ArrowDown");
  await expect(device(page, "mgmt")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(port(page, "sw1", "3")).toBeFocused();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("sw1 port 3");
  await page.keyboard.press("Enter");
  await expect(port(page, "node3", "mlx4_0/1")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(device(page, "node3")).toBeFocused();
  await expect(device(page, "node3")).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary", { name: "Inspector" })).toBeHidden();
});

test("Enter and Space on a cable inspect it, as a click does", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const cable = button(page, /^Cable from sw1 port 1 to node1/);
  await device(page, "sw1").focus();
  await page.keyboard.press("ArrowRight");
  await expect(port(page, "sw1", "1")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  for (const key of ["Enter", "Space"]) {
    await expect(cable).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(inspector).toBeHidden();
    await page.keyboard.press(key);
    await expect(inspector.getByRole("heading", { level: 2 })).toHaveText("Cable");
    await expect(cable).toHaveAttribute("aria-pressed", "true");
  }
  await page.keyboard.press("ArrowRight");
  await expect(port(page, "node1", "mlx4_0/1")).toBeFocused();
});

test("the picture and the table select the same cable", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile, viewport: { width: 1920, height: 1080 } });
  const row = planTable(page).getByRole("button", { name: "Cable sw1 port 2 to node2 mlx4_0/1" });
  await row.click();
  await expect(button(page, /^Cable from sw1 port 2 to node2/)).toHaveAttribute("aria-pressed", "true");
  await button(page, /^Cable from sw1 port 4 to node4/).click();
  await expect(row).toHaveAttribute("aria-pressed", "false");
});

test("a device is dragged to a free unit, and refused where another stands", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  await drag(page, device(page, "mgmt"), 1);
  await expect.poll(() => unitOf(labFile, "mgmt")).toBe(17);
  await expect(device(page, "mgmt")).toHaveAccessibleName(/, U17, /);
  await drag(page, device(page, "mgmt"), 1, async () => {
    await expect(page.getByText("U18: occupied by sw1")).toBeVisible();
  });
  await expect(page.getByText("mgmt stays where it was: occupied by sw1")).toBeVisible();
  expect(await unitOf(labFile, "mgmt")).toBe(17);
});

test("a device is moved by keyboard, or left where it was", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  await device(page, "mgmt").click();
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("U15: free")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("U15: free")).toBeHidden();
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => unitOf(labFile, "mgmt")).toBe(15);
});

test("a cable is planned by keyboard and removed again", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  await port(page, "sw1", "6").focus();
  await port(page, "sw1", "6").click();
  await page.keyboard.press("c");
  await port(page, "node5", "mlx4_0/2").click();
  const planned = button(page, /^Cable from sw1 port 6 to node5 mlx4_0\/2/);
  await expect(planned).toBeVisible();
  expect((await onDisk(labFile)).cables).toHaveLength(6);
  await planned.click();
  await page.keyboard.press("Delete");
  await expect(planned).toBeHidden();
  await expect.poll(async () => (await onDisk(labFile)).cables).toEqual(silent.cables);
});

test("a free port offers to plan a cable, by keyboard alone; a port that has one does not", async ({
  halfrack,
  labFile,
}) => {
  const page = await halfrack.open({ lab: labFile });
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const offer = inspector.getByRole("button", { name: "Plan a cable…" });
  await device(page, "sw1").focus();
  await page.keyboard.press("ArrowRight");
  await expect(inspector).toContainText(/sw1 (port )?1/);
  await expect(offer).toHaveCount(0);
  await port(page, "sw1", "6").click();
  await offer.focus();
  await page.keyboard.press("Enter");
  await expect(port(page, "sw1", "6")).toBeFocused();
  await expect(page.locator(".rk-said")).toHaveText(/^Cable from sw1 port 6: walk to the other port/);
  await halfrack.screenshot(page, "rack-plan-cable");
  // As a person does, who sees where each step led.
  await page.keyboard.press("ArrowLeft");
  await expect(device(page, "sw1")).toBeFocused();
  await page.keyboard.press("End");
  await expect(device(page, "node1")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(port(page, "node1", "mlx4_0/1")).toBeFocused();
  await page.keyboard.press("End");
  await expect(port(page, "node1", "mlx4_0/2")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(button(page, /^Cable from sw1 port 6 to node1 mlx4_0\/2/)).toBeVisible();
  expect((await onDisk(labFile)).cables).toHaveLength(6);
});

test("a cable between two ports of one device is asked about before it is planned", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  const question = page.getByRole("dialog", { name: "Plan a loop?" });
  for (const answer of ["Cancel", "Plan the loop"]) {
    await port(page, "sw1", "6").click();
    await page.keyboard.press("c");
    await port(page, "sw1", "8").click();
    await expect(question).toContainText("Ports 6 and 8 are both on sw1.");
    expect((await onDisk(labFile)).cables).toEqual(silent.cables);
    await question.getByRole("button", { name: answer }).click();
    await expect(question).toBeHidden();
  }
  await expect(button(page, /^Cable from sw1 port 6 to sw1 port 8/)).toBeVisible();
  expect((await onDisk(labFile)).cables).toHaveLength(6);
});

test("a cable is drawn from port to port with the pointer", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  const from = await middle(port(page, "sw1", "8"));
  const to = await middle(port(page, "node4", "mlx4_0/2"));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
  await expect(button(page, /^Cable from sw1 port 8 to node4 mlx4_0\/2/)).toBeVisible();
});

test("the inspector follows a device that is renamed in the file, and closes when it is gone", async ({
  halfrack,
  labFile,
}) => {
  const page = await halfrack.open({ lab: labFile });
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await device(page, "mgmt").click();
  await expect(inspector.getByRole("heading", { level: 2 })).toHaveText("mgmt");
  await writeFile(labFile, stringify(silent).replace("name: mgmt", "name: gateway"));
  await expect(inspector.getByRole("heading", { level: 2 })).toHaveText("gateway");
  await expect(device(page, "gateway")).toHaveAttribute("aria-pressed", "true");
  await writeFile(labFile, stringify({ ...silent, devices: silent.devices.filter(({ name }) => name !== "mgmt") }));
  await expect(device(page, "gateway")).toHaveCount(0);
  await expect(inspector).toBeHidden();
});

test("what was done is said once it is done, and not for ever; a refusal says only that", async ({
  halfrack,
  labFile,
}) => {
  const page = await halfrack.open({ lab: labFile });
  const said = page.locator(".rk-said");
  await port(page, "sw1", "6").click();
  await page.keyboard.press("c");
  await expect(said).toHaveText(/^Cable from sw1 port 6: walk to the other port/);
  await port(page, "node5", "mlx4_0/2").click();
  await expect(said).toHaveText("Cable planned from sw1 port 6 to node5 mlx4_0/2");
  await expect(said).toBeEmpty();

  await port(page, "sw1", "7").click();
  await page.keyboard.press("c");
  await rm(labFile);
  await expect(page.getByText("The lab file is no longer where it was.")).toBeVisible();
  await port(page, "node4", "mlx4_0/2").click();
  const toast = page.locator(".hr-toasts").getByRole("alert");
  await expect(toast).toBeVisible();
  const colour = await toast.evaluate((element) => getComputedStyle(element).color);
  await expect(toast.locator(".mantine-Notification-description")).toHaveCSS("color", colour);
  await expect(said).toBeEmpty();
});

test("eight racks begin at a readable size, and all of them are a key away", async ({ halfrack, labFile }) => {
  await writeFile(labFile, stringify(hall));
  const page = await halfrack.open({ lab: labFile });
  const name = page.locator(".rk-name-text", { hasText: "host1-25" });
  await expect(name).toBeInViewport({ ratio: 0.99 });
  const rack = async () => (await device(page, "sw1").boundingBox())?.width ?? 0;
  const readable = await rack();
  expect(readable).toBeGreaterThan(160);
  await halfrack.screenshot(page, "rack-hall");
  await page.getByRole("button", { name: "Show the whole picture" }).click();
  await expect(device(page, "sw8")).toBeInViewport();
  const last = page.locator(".rk-rack-name-far").last();
  await expect(last).toHaveText(/ 8$/);
  await expect(last).toBeInViewport();
  await halfrack.screenshot(page, "rack-hall-whole");
  await page.getByRole("button", { name: "Show names at a readable size" }).click();
  await expect.poll(rack).toBe(readable);
  // Who walks to the last rack by keyboard has it brought into view.
  await device(page, "sw1").focus();
  await page.keyboard.press("End");
  await expect(page.locator(".rk-device-target:focus")).toBeInViewport({ ratio: 0.99 });
});

test("why nothing can be edited is told in full", async ({ halfrack, labFile }) => {
  const twice = {
    ...silent,
    devices: silent.devices.map((each) => ({ ...each, ...(each.unit === 12 && { unit: 10 }) })),
  };
  await writeFile(labFile, stringify(twice));
  const page = await halfrack.open({ lab: labFile });
  const hint = page.locator(".rk-hint");
  await expect(hint).toContainText("The lab file is read-only until its errors are mended: ");
  expect(
    await hint.evaluate((element) =>
      [element, ...element.children].some((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0),
    ),
  ).toBe(false);
  await halfrack.screenshot(page, "rack-read-only");
});

test("the rack is accessible and as drawn", async ({ halfrack, labFile }) => {
  const page = await halfrack.open({ lab: labFile });
  await device(page, "node1").click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("DL785 G5");
  await expectAccessible(page);
  await halfrack.screenshot(page, "rack");
});

/** Drags a device up by whole units; `look` sees the picture before the drop. */
async function drag(page: Page, subject: Locator, unitsUp: number, look?: () => Promise<void>): Promise<void> {
  const box = await subject.boundingBox();
  if (!box) throw new Error("the device is not drawn");
  const x = box.x + box.width * 0.4;
  const y = box.y + box.height / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 10, y - 4);
  await page.mouse.move(x, y - box.height * unitsUp, { steps: 4 });
  await look?.();
  await page.mouse.up();
}

async function middle(subject: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await subject.boundingBox();
  if (!box) throw new Error("the port is not drawn");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
