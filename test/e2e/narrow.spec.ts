/** A narrow window: what does not fit folds, and nothing is lost by it. */
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./app.ts";
import { writeLab } from "./lab-files.ts";
import { quick } from "./practice-page.ts";

const pane = (page: Page): Locator => page.getByRole("region", { name: "Plan and fabric" });

for (const viewport of [
  { width: 640, height: 480 },
  { width: 780, height: 600 },
]) {
  test(`everything of the top bar is in a window of ${viewport.width}, and plan and fabric a button away`, async ({
    halfrack,
  }) => {
    const page = await halfrack.open({ practice: true, settings: quick, viewport });
    await expect(page.locator(".rk-pill[data-state=healthy]")).toHaveCount(5);
    await page.getByRole("button", { name: "Break something" }).click();
    await page.getByRole("switch", { name: "Pull a cable" }).click();
    await page.getByRole("switch", { name: "Swap two cables" }).click();
    await page.keyboard.press("Escape");
    const bar = page.getByRole("banner");
    await expect(bar.getByRole("button", { name: "1 down" })).toBeVisible();
    await expect(bar.getByRole("button", { name: "4 to look at" })).toBeVisible();
    const controls = bar.getByRole("button");
    for (const control of await controls.all()) await expect(control).toBeInViewport({ ratio: 1 });
    expect(await overlapping(controls)).toEqual([]);
    await halfrack.screenshot(page, `narrow-${viewport.width}`);

    await expect(pane(page)).toBeHidden();
    await page.getByRole("button", { name: "Plan and fabric" }).click();
    await expect(pane(page)).toBeInViewport({ ratio: 1 });
    await expectAccessible(page);
    await halfrack.screenshot(page, `narrow-panel-${viewport.width}`);
    await page.getByRole("button", { name: "Close plan and fabric" }).click();
    await expect(pane(page)).toBeHidden();
    await page.getByRole("button", { name: "Plan and fabric" }).click();
    await pane(page).getByRole("row").last().click();
    await expect(page.getByRole("complementary", { name: "Inspector" })).toBeVisible();
    await expect(pane(page)).toBeHidden();
  });
}

test("a count in the top bar leads to what it counts, and to nothing else", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await expect(page.locator(".rk-pill[data-state=healthy]")).toHaveCount(5);
  await page.getByRole("button", { name: "Break something" }).click();
  await page.getByRole("switch", { name: "Switch a node off" }).click();
  await page.getByRole("switch", { name: "Swap two cables" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("radiogroup", { name: "View" }).getByText("Graph").click();
  await page.getByRole("button", { name: "2 down" }).click();
  const only = pane(page).getByRole("region", { name: "Only what is down" });
  await expect(only.getByRole("button", { name: /^node5 not reachable/ })).toBeVisible();
  const rows = pane(page).locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("node5");
  await expect(pane(page).getByRole("region", { name: "Findings" }).getByRole("listitem")).toHaveCount(1);
  await expectAccessible(page);
  await halfrack.screenshot(page, "counted");
  await only.getByRole("button", { name: "Show all" }).click();
  await expect(rows).toHaveCount(7);
});

test("at 1280 the top bar says in full where the search leads", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true });
  await expect(page.locator(".rk-pill[data-state=healthy]")).toHaveCount(5);
  const words = page.getByText("Go to a device or run an action", { exact: true }).first();
  expect(await words.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
});

test("counts give way before the lab's name does", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await expect(page.locator(".rk-pill[data-state=healthy]")).toHaveCount(5);
  const facts = page.getByText("6 devices · 5 boards · 5 cables");
  await expect(facts).toBeInViewport();
  await page.getByRole("button", { name: "Break something" }).click();
  for (const scenario of ["Pull a cable", "Swap two cables"])
    await page.getByRole("switch", { name: scenario }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "4 to look at" })).toBeVisible();
  const name = page.getByRole("heading", { level: 1 });
  expect(await name.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
  await expect(facts).not.toBeInViewport();
});

test("a place that cannot be gone to looks so", async ({ halfrack }) => {
  const page = await halfrack.open();
  const place = (name: string) => page.getByRole("navigation").getByRole("button", { name });
  await expect(place("Terminals")).toBeDisabled();
  await expect(place("Terminals")).toHaveCSS("opacity", "0.45");
  await expect(place("Settings")).toHaveCSS("opacity", "1");
});

test("rack or graph comes before what they show in the order of the Tab key", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true });
  await expect(page.locator(".rk-pill[data-state=healthy]")).toHaveCount(5);
  await page.getByRole("button", { name: "Lab menu" }).focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("radio", { name: "Rack" })).toBeFocused();
});

test("an open dock without terminals can be closed, and does not stay for another lab", async ({ halfrack }) => {
  const bare = await writeLab(halfrack, { halfrack: 1, name: "Bare", racks: [], devices: [], cables: [] });
  const page = await halfrack.open({ practice: true });
  const dock = page.getByRole("region", { name: "Terminals" });
  const show = async (): Promise<void> => {
    await page.keyboard.press("Control+`");
    await expect(dock).toContainText("No terminal is open");
  };
  await expect(page.locator(".rk-pill[data-state=healthy]")).toHaveCount(5);
  await show();
  await halfrack.screenshot(page, "dock-empty");
  await dock.getByRole("button", { name: "Hide the terminals" }).click();
  await expect(dock).toBeHidden();
  await show();
  await page.getByRole("button", { name: "Lab menu" }).click();
  await page.getByRole("menuitem", { name: "Open another lab…" }).click();
  await page.getByRole("textbox").first().fill(bare);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Bare");
  await expect(dock).toBeHidden();
  const none = pane(page).getByText("No cable is planned and none was seen.");
  const head = pane(page).getByRole("columnheader").first().getByText("Port");
  const left = async (what: Locator) => Math.round(await what.evaluate(textLeft));
  expect(await left(none)).toBe(await left(head));
});

/** Where the text of an element begins. */
function textLeft(element: Element): number {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect().left;
}

/** Names of controls that lie over their neighbour. */
const overlapping = (controls: Locator): Promise<string[]> =>
  controls.evaluateAll((all) => {
    const boxes = all
      .map((element) => ({ name: element.textContent ?? "", box: element.getBoundingClientRect() }))
      .sort((one, other) => one.box.left - other.box.left);
    return boxes.flatMap(({ name, box }, index) => {
      const next = boxes[index + 1];
      return next && box.right > next.box.left ? [`${name} over ${next.name}`] : [];
    });
  });
