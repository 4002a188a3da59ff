import { readFile, rm, writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { stringify } from "yaml";
import { expect, expectAccessible, test } from "./app.ts";
import { dialog, fromPalette, inRack, labOnDisk, smallLab, writeLab } from "./lab-files.ts";
import { inspector } from "./practice-page.ts";

const broken = stringify(smallLab).replace("type: generic-desktop", "type: generic-desktop\n    unit: high");
const problems = (page: Page) => page.getByRole("region", { name: "Problems of the lab file" });

test("a broken file is read-only with its errors, and follows its repair", async ({ halfrack }) => {
  const file = await writeLab(halfrack, broken);
  const page = await halfrack.open({ lab: file });
  await expect(problems(page)).toContainText("open read-only");
  const line = broken.slice(0, broken.indexOf("unit: high")).split("\n").length;
  await expect(problems(page).getByRole("listitem")).toContainText([new RegExp(`${line}:\\d+.*devices\\[3\\]\\.unit`)]);
  await expect(inRack(page, "node1")).toBeVisible();
  await expect(inRack(page, "sw1")).toBeVisible();

  await page.getByRole("button", { name: "Lab menu" }).click();
  await expect(page.getByRole("menuitem", { name: "Add a device…" })).toBeDisabled();
  await expect(page.getByRole("menuitem", { name: "Lab and racks…" })).toBeDisabled();
  await expect(page.getByRole("menu")).toContainText("read-only until its errors are mended");
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-broken");
  await expect(page.getByRole("menuitem", { name: "Reconnect all devices" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Go to a device or run an action" }).fill("Add a device");
  await expect(page.getByText("Nothing by that name")).toBeVisible();
  await page.keyboard.press("Escape");

  await writeFile(file, stringify(smallLab));
  await expect(problems(page)).toBeHidden();
  await fromPalette(page, "Add a device");
  await expect(dialog(page, "Add a device")).toBeVisible();
});

test("a file that is no YAML at all is told as such", async ({ halfrack }) => {
  const page = await halfrack.open({ lab: await writeLab(halfrack, "name: [unclosed\n\tx: 1\n") });
  await expect(problems(page)).toContainText("open read-only");
});

test("what another program writes shows at once; an edit dialog keeps what is typed and saves over neither", async ({
  halfrack,
}) => {
  const file = await writeLab(halfrack, smallLab);
  const page = await halfrack.open({ lab: file });
  await fromPalette(page, "Edit node1");
  const editing = dialog(page, "Edit node1");
  await editing.getByRole("textbox", { name: "Note" }).fill("typed here");
  const theirs = { ...smallLab, name: "Renamed outside", devices: smallLab.devices.map((each) => ({ ...each })) };
  theirs.devices[0] = { ...smallLab.devices[0], name: "node1", type: "dell-r610", role: "primary" };
  await writeFile(file, stringify(theirs));
  await expect(page).toHaveTitle(/^Renamed outside/);
  await editing.getByRole("button", { name: "Save the changes" }).click();
  await expect(editing).toBeHidden();
  const saved = await labOnDisk(file);
  expect(saved.name).toBe("Renamed outside");
  expect(saved.devices[0]).toMatchObject({ role: "primary", note: "typed here" });
});

test("a vanished file leaves the lab in sight, editing off, and is written again on request", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const before = await readFile(file, "utf8");
  const page = await halfrack.open({ lab: file });
  await expect(inRack(page, "node1")).toBeVisible();
  await rm(file);
  const notice = page.getByRole("alert").filter({ hasText: "no longer where it was" });
  await expect(notice).toBeVisible();
  await expect(inRack(page, "node1")).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-vanished");
  await notice.getByRole("button", { name: "Write the lab there again" }).click();
  await expect(notice).toBeHidden();
  expect(await readFile(file, "utf8")).toBe(before);

  await rm(file);
  await notice.getByRole("button", { name: "Close this lab" }).click();
  await expect(page.getByRole("button", { name: /Open the practice lab/ })).toBeVisible();
});

const hostile = [`<img src=x onerror="document.title='owned'">`, `"'\`--;$(id)&amp;`, "x".repeat(64)];

test("hostile names are text in the title, the palette, the rack and every dialog", async ({ halfrack }) => {
  const name = `<script>document.title="owned"</script> & "lab"`;
  const file = await writeLab(halfrack, {
    ...smallLab,
    name,
    devices: [
      ...smallLab.devices,
      ...hostile.map((each, index) => ({ name: each, type: "dell-r610", rack: "Rack 1", unit: 6 + index })),
    ],
  });
  const page = await halfrack.open({ lab: file });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page).toHaveTitle(`${name} \u2013 Halfrack`);
  for (const each of hostile) {
    await fromPalette(page, `Edit ${each}`);
    await expect(dialog(page, `Edit ${each}`).getByRole("textbox", { name: "Name", exact: true }).first()).toHaveValue(
      each,
    );
    await page.keyboard.press("Escape");
    await fromPalette(page, each);
    await expect(inspector(page).getByRole("heading", { name: each })).toBeVisible();
    await fromPalette(page, `Remove ${each}`);
    await expect(dialog(page, `Remove ${each}?`)).toBeVisible();
    if (each === hostile.at(-1)) await halfrack.screenshot(page, "lab-long-name");
    await page.keyboard.press("Escape");
  }
  await expect(page.locator("img[src=x]")).toHaveCount(0);
  await expect(page).toHaveTitle(`${name} \u2013 Halfrack`);
});
