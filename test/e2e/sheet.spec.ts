import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { parse, stringify } from "yaml";
import { labSchema } from "../../electron/contract/lab.ts";
import { findCommand } from "../lab/packages.ts";
import { cubeLab } from "../rack/cube.ts";
import { test as base, expect, expectAccessible, type Halfrack, wide } from "./app.ts";
import { hold } from "./spoilt.ts";

/** The cube without addresses: no host is asked. */
const silent = { ...cubeLab, devices: cubeLab.devices.map(({ ssh: _ssh, bmc: _bmc, ...device }) => device) };

const test = base.extend<{ labFile: string }>({
  labFile: async ({ halfrack: _window }, use) => {
    const dir = await mkdtemp(join(tmpdir(), "halfrack-sheet-"));
    await writeFile(join(dir, "cube.yaml"), stringify(silent));
    await use(join(dir, "cube.yaml"));
    await rm(dir, { recursive: true, force: true });
  },
});

const onDisk = async (file: string) => labSchema.parse(parse(await readFile(file, "utf8")));
const dialog = (page: Page) => page.getByRole("dialog", { name: "Cabling sheet" });
const preview = (page: Page) => dialog(page).getByRole("region", { name: "Preview" });

async function openSheet(halfrack: Halfrack, options: Parameters<Halfrack["open"]>[0]): Promise<Page> {
  const page = await halfrack.open(options);
  await showSheet(page);
  return page;
}

async function showSheet(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Cabling sheet…" }).click();
  await expect(preview(page).getByRole("img", { name: /^Page 1 of/ })).toBeVisible();
}

async function saved(page: Page, work: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), work()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The text of a PDF; null where poppler is not installed. */
async function pdfText(bytes: Buffer): Promise<string | null> {
  const reader = findCommand("pdftotext");
  if (reader === null) return null;
  const { status, stdout } = spawnSync(reader, ["-layout", "-", "-"], { input: bytes, encoding: "utf8" });
  expect(status).toBe(0);
  return stdout;
}

test("the sheet of the practice lab is looked at, and saved in every form", async ({ halfrack }) => {
  const page = await openSheet(halfrack, { practice: true });
  await expect(preview(page)).toContainText("node3");
  await expectAccessible(page);
  const button = (name: string) => dialog(page).getByRole("button", { name, exact: true });

  const pdf = await saved(page, () => button("Save PDF").click());
  expect(pdf.name).toMatch(/^practice-lab-the-cube-cabling-\d{4}-\d\d-\d\d\.pdf$/);
  expect(pdf.bytes.subarray(0, 5).toString()).toBe("%PDF-");
  const text = await pdfText(pdf.bytes);
  if (text !== null) expect(text).toMatch(/IB-3 +node3 +mlx4_0\/1 +sw1 +port 3 +4X FDR/);

  const svg = await saved(page, () => button("Save SVG").click());
  expect(svg.name).toMatch(/cabling-.*\.svg$/);
  expect(svg.bytes.toString()).toMatch(/^<svg xmlns/);

  const csv = async (title: RegExp) => {
    await button("Save CSV").click();
    return saved(page, () => page.getByRole("menuitem", { name: title }).click());
  };
  const own = await csv(/^Cabling sheet/);
  expect(own.bytes.toString()).toMatch(/^\ufeffNumber,Label,From rack,/);
  const ufm = await csv(/^Plan for UFM Start/);
  expect(ufm.bytes.toString().split("\r\n")[0]).toBe("Start device,Start port,End device,End port,Link type");
  expect(ufm.bytes.toString()).toContain("node3,mlx4_0/1,sw1,Port 3,Data");
  const labels = await csv(/^Labels/);
  expect(labels.bytes.toString()).toContain("IB-3,node3 mlx4_0/1,sw1 p3,IB-3  node3 mlx4_0/1 -> sw1 p3");

  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
});

test("state, differences, paper and labels change what is shown", async ({ halfrack }) => {
  const page = await openSheet(halfrack, { practice: true });
  const choose = (group: string, name: string) =>
    dialog(page).getByRole("radiogroup", { name: group }).getByText(name, { exact: true }).click();
  await choose("Cables", "Plan and state");
  await expect(preview(page)).toContainText("State and what to do");
  // The hosts answer meanwhile: the pages follow what is seen.
  await expect(preview(page)).toContainText("As planned", { timeout: 20_000 });
  await choose("Orientation", "Landscape");
  await expect(preview(page).locator("svg").first()).toHaveAttribute("width", "297mm");
  await choose("Paper", "Letter");
  await expect(preview(page).locator("svg").first()).toHaveAttribute("width", "279.4mm");
  await choose("What is printed", "Labels");
  await expect(dialog(page).getByRole("combobox", { name: "Label sheet" })).toHaveValue(/^Letter: /);
  await expect(preview(page)).toContainText("-> sw1 p3");
  await expectAccessible(page);
  await dialog(page).getByLabel("Columns").fill("9");
  await dialog(page).getByLabel("Columns").blur();
  await expect(dialog(page).getByRole("alert")).toContainText("The labels do not fit on the paper");
  await expect(dialog(page).getByRole("button", { name: "Print…" })).toBeDisabled();
});

test("print: exactly the pages, on paper of their size", async ({ halfrack, host, labFile }) => {
  test.skip(host !== "browser", "Playwright prints to PDF in Chromium alone");
  const page = await halfrack.open({ lab: labFile });
  // The system's dialog cannot be answered here: it stays open, so to speak, while the page is printed below.
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute("data-printing", "");
  });
  await page.getByRole("button", { name: "Cabling sheet…" }).click();
  await dialog(page).getByText("Landscape", { exact: true }).click();
  await expect(preview(page).locator("svg").first()).toHaveAttribute("width", "297mm");
  await dialog(page).getByRole("button", { name: "Print…" }).click();
  await expect(page.locator("body[data-printing]")).toBeVisible();
  const pages = Number.parseInt((await dialog(page).getByRole("status").textContent()) ?? "", 10);
  const bytes = await page.pdf({ preferCSSPageSize: true });
  const text = await pdfText(bytes);
  if (text !== null) {
    expect(text).toContain(`Page ${pages} of ${pages}`);
    expect(text).not.toContain("Save PDF");
    expect(text.match(/\f/g)).toHaveLength(pages);
  }
  const size = /MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]/.exec(bytes.toString("latin1"))?.slice(1).map(Number) ?? [];
  // Chromium rounds paper to whole pixels.
  expect(Math.abs((size[0] ?? 0) - (297 / 25.4) * 72)).toBeLessThan(1.5);
  expect(Math.abs((size[1] ?? 0) - (210 / 25.4) * 72)).toBeLessThan(1.5);
  await expect(page.locator(".hr-print")).toHaveCount(0);
});

test("a CSV is read, its problems told, and only what was picked changes the lab file", async ({
  halfrack,
  labFile,
  chromium,
}) => {
  const page = await halfrack.open({ lab: labFile });
  // Electron's window has no socket to hold calls back on.
  const previews = chromium === null ? null : await hold(page, /^\/lab\/preview$/);
  await showSheet(page);
  const before = await onDisk(labFile);
  const [first, second, ...others] = before.cables;
  await dialog(page).getByRole("button", { name: "Import CSV…" }).click();
  const importing = page.getByRole("dialog", { name: "Import cables from CSV" });
  const rows = [
    "From device;From port;To device;To port;Label",
    `${first?.from.device};${first?.from.port};sw1;17;moved`,
    `${second?.from.device};${second?.from.port};${second?.to.device};${second?.to.port};relabelled`,
    ...others.map(({ from, to, label }) => [from.device, from.port, to.device, to.port, label ?? ""].join(";")),
  ];
  const file = (name: string, lines: readonly string[]) => ({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(`\ufeff${lines.join("\r\n")}\r\n`),
  });
  const input = importing.locator("input[type=file]");
  previews?.begin();
  await input.setInputFiles(file("bad.csv", [...rows, "nobody;1;sw1;18;"]));
  await expect(importing.getByRole("region", { name: "Problems of the file" })).toContainText(
    `Line ${rows.length + 1}, column 1There is no device "nobody".`,
  );
  await expectAccessible(page);
  await halfrack.screenshot(page, "sheet-import-problems");
  await input.setInputFiles({ name: "large.csv", mimeType: "text/csv", buffer: Buffer.alloc(10 * 1024 * 1024, 0x2c) });
  await expect(importing.getByRole("alert")).toContainText("It has 10.0 MiB; up to 4 MiB are read");
  await input.setInputFiles(file("cables.csv", rows));
  await expect(importing.getByRole("status")).toContainText(/2 changes\.$/);
  if (previews) await expect(importing.getByRole("button", { name: "Make 2 changes" })).toBeDisabled();
  previews?.end();
  await expect(importing.getByRole("button", { name: "Make 2 changes" })).toBeEnabled();
  await importing.getByRole("checkbox", { name: /relabelled/ }).uncheck();
  const diff = importing.getByLabel("Change of the lab file", { exact: true });
  await expect(diff).toContainText("label: moved");
  await expect(diff).not.toContainText("relabelled");
  await expectAccessible(page);
  await halfrack.screenshot(page, "sheet-import");
  expect(await onDisk(labFile)).toEqual(before);
  await importing.getByRole("button", { name: "Make 1 change" }).click();
  await expect(importing).toBeHidden();
  const after = await onDisk(labFile);
  expect(after.cables).toEqual([{ ...first, to: { device: "sw1", port: "17" }, label: "moved" }, second, ...others]);
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => onDisk(labFile)).toEqual(before);
});

test("how the sheet looks", async ({ halfrack }) => {
  const page = await openSheet(halfrack, { practice: true });
  await halfrack.screenshot(page, "sheet-plan", wide);
  await dialog(page).getByText("Plan and state", { exact: true }).click();
  await expect(preview(page)).toContainText("As planned", { timeout: 20_000 });
  await halfrack.screenshot(page, "sheet-state", wide);
  await dialog(page).getByText("Labels", { exact: true }).click();
  await expect(preview(page)).toContainText("-> sw1 p3");
  await halfrack.screenshot(page, "sheet-labels", wide);
  await expectAccessible(page);
});
