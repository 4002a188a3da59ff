/** A fabric of thousands of hosts, described by the real tools over a simulator: opened, searched, zoomed and drilled into. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Page } from "@playwright/test";
import { type FatTree, fatTree } from "../lab/fat-tree.ts";
import { saveOutputs } from "../lab/large-fabric.ts";
import { whyNoTestLab } from "../lab/packages.ts";
import { expect, expectAccessible, type Halfrack, test, wide } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { inspector, planTable, quick } from "./practice-page.ts";

const reason = whyNoTestLab();
const large: FatTree = { levels: 3, radix: 36, pods: 7, narrowHosts: [100, 1500] };
const medium: FatTree = { levels: 2, radix: 36, pods: 36, narrowHosts: [77] };
const tools = { "ibnetdiscover.txt": ["ibnetdiscover", "-o", "8"], "iblinkinfo.txt": ["iblinkinfo", "--line"] };

test.describe.configure({ mode: "serial" });

const folders = new Map<FatTree, Promise<string>>();
/** Outputs of a fabric, made once for all tests of this file. */
function outputsOf(tree: FatTree): Promise<string> {
  const known = folders.get(tree);
  if (known) return known;
  const made = (async () => {
    const dir = await mkdtemp(join(tmpdir(), "halfrack-outputs-"));
    await saveOutputs(fatTree(tree), dir, tools);
    return dir;
  })();
  folders.set(tree, made);
  return made;
}
test.afterAll(async () => {
  for (const dir of folders.values()) await rm(await dir, { recursive: true, force: true });
});

const stage = (page: Page) => page.getByRole("region", { name: /^Graph of \d+ nodes/ });
const scale = async (page: Page) => Number(await stage(page).locator("canvas").getAttribute("data-scale"));
const find = (page: Page) => page.getByRole("textbox", { name: "Find a node by name, GUID or LID" });
const panel = (page: Page) => page.getByRole("complementary", { name: "Fabric" });

/** The scale once the view has come to rest: the same in two looks, one after the other. */
async function settled(page: Page): Promise<number> {
  let before = Number.NaN;
  await expect(async () => {
    const now = await scale(page);
    const same = now === before;
    before = now;
    expect(same).toBe(true);
  }).toPass({ intervals: [120] });
  return before;
}

/** Through the dialog, as somebody would who has them on this machine. */
async function openFolder(page: Page, dir: string): Promise<void> {
  await page.getByRole("button", { name: "Open saved outputs…" }).click();
  await page.getByRole("textbox", { name: "File or folder" }).fill(dir);
  await page.getByRole("button", { name: "Read these outputs" }).click();
}

async function openLarge(halfrack: Halfrack): Promise<Page> {
  const dir = await outputsOf(large);
  const page = await halfrack.open();
  await openFolder(page, dir);
  await expect(stage(page)).toBeVisible();
  return page;
}

test("a simulated fabric of 2,268 hosts opens, is searched, zoomed and drilled into", async ({ halfrack }) => {
  test.skip(reason !== "", reason);
  const page = await openLarge(halfrack);
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 2592 nodes/);
  const facts = panel(page).locator("dl");
  await expect(facts.first()).toHaveText(
    /Core switches\s*72\s*Spine switches\s*126\s*Leaf switches\s*126\s*Hosts\s*2,268/,
  );
  await expect(facts.nth(1)).toHaveText(/4X FDR\s*6,802\s*1X FDR\s*2/);
  const banner = page.getByRole("region", { name: "Saved outputs" });
  await expect(banner).toContainText("Not live");
  const whole = await settled(page);
  await expectAccessible(page);
  await halfrack.screenshot(page, "graph-2268");

  // A plate of many opens where it is clicked: the leaves of the first pod, then the hosts of one leaf.
  const box = await stage(page).boundingBox();
  if (!box) throw new Error("the graph has no box");
  await find(page).fill("node00100");
  await expect(page.getByRole("region", { name: "Found" })).toContainText("1 node");
  await find(page).press("Enter");
  expect(await settled(page)).toBeGreaterThan(whole * 4);
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("node00100 mlx4_0");
  const row = panel(page).getByRole("row").filter({ hasText: "1X FDR" });
  await expect(row).toContainText("pod01-leaf06");
  await halfrack.screenshot(page, "graph-2268-host");

  // Its neighbour is a button; from there every port's peer is.
  await row.getByRole("button", { name: /^pod01-leaf06/ }).click();
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("pod01-leaf06");
  await expect(panel(page).getByRole("row")).toHaveCount(37);
  await panel(page)
    .getByRole("button", { name: /^pod01-spine18/ })
    .click();
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText("pod01-spine18");
  await panel(page).getByRole("button", { name: "Link of port 36" }).click();
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText(
    /^(core\d+ to pod01-spine18|pod01-spine18 to core\d+)$/,
  );
  await expect(panel(page)).toContainText("54.5 Gb/s");
  await expectAccessible(page);

  // Keys zoom and show the whole again.
  await find(page).fill("");
  await stage(page).focus();
  const before = await settled(page);
  await page.keyboard.press("+");
  expect(await settled(page)).toBeGreaterThan(before);
  await page.keyboard.press("0");
  expect(await settled(page)).toBeCloseTo(whole, 3);
  await page.keyboard.press("Escape");

  // A plate in the picture opens at a click: the first pod's hosts stand lowest at the left.
  await page.mouse.click(box.x + 70, await plateY(page, box));
  expect(await settled(page)).toBeGreaterThan(whole * 2);

  // What is slow is listed, with the reason, and found by one click.
  await page.getByRole("button", { name: /^slow or with a warning 2 links/ }).click();
  await expect(panel(page).getByRole("listitem")).toHaveCount(2);
  await panel(page)
    .getByRole("button", { name: /node01500/ })
    .click();
  await expect(panel(page)).toContainText("1X FDR, where most links between these tiers run 4X FDR.");

  await banner.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Open the practice lab" })).toBeVisible();
});

/** Hosts stand lowest: from the legend upwards, the first point at which the pointer becomes a hand. */
async function plateY(
  page: Page,
  box: { readonly x: number; readonly y: number; readonly height: number },
): Promise<number> {
  for (let y = box.y + box.height - 60; y > box.y; y -= 4) {
    await page.mouse.move(box.x + 70, y);
    if (
      (await stage(page)
        .locator("canvas")
        .evaluate((canvas) => (canvas as HTMLElement).style.cursor)) === "pointer"
    )
      return y;
  }
  throw new Error("nothing in the picture can be clicked");
}

test("the wheel zooms under the pointer and a drag moves the picture", async ({ halfrack }) => {
  test.skip(reason !== "", reason);
  const dir = await outputsOf(medium);
  const page = await halfrack.open();
  await openFolder(page, dir);
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 702 nodes/);
  const whole = await settled(page);
  await halfrack.screenshot(page, "graph-648");
  await stage(page).hover({ position: { x: 400, y: 480 } });
  await page.mouse.wheel(0, -600);
  expect(await settled(page)).toBeGreaterThan(whole * 2);
  const pixels = () => stage(page).screenshot();
  const before = await pixels();
  await page.mouse.down();
  await page.mouse.move(700, 300, { steps: 4 });
  await page.mouse.up();
  expect(Buffer.compare(await pixels(), before)).not.toBe(0);
  await page.getByRole("button", { name: "Show the whole fabric" }).click();
  expect(await settled(page)).toBeCloseTo(whole, 3);
});

test("dropped files are read, whatever is open, and lead nowhere else", async ({ halfrack }) => {
  test.skip(reason !== "", reason);
  const dir = await outputsOf(medium);
  const page = await halfrack.open({ practice: true });
  await expect(planTable(page)).toContainText("5 of 5 cables as planned");
  const address = page.url();
  await writeFile(join(halfrack.homeDir, "notes.txt"), "lunch at noon\n");
  await dropFiles(page, [dir, join(halfrack.homeDir, "notes.txt")]);
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 702 nodes/);
  const banner = page.getByRole("region", { name: "Saved outputs" });
  await expect(banner).toContainText(`${basename(dir)}, notes.txt`);
  await expect(banner).toContainText("Not compared with the plan.");
  // What is in them and is no output of a tool is told under its own name.
  const unknown = page.getByRole("region", { name: "Files of no known tool" });
  await unknown.getByRole("button", { name: "1 file is no output of a tool that Halfrack reads" }).click();
  await expect(unknown).toContainText("notes.txt");
  await expect(page.getByRole("region", { name: "Problems of the observation" })).toHaveCount(0);
  await expectAccessible(page);
  await halfrack.screenshot(page, "graph-dropped");
  await banner.getByRole("button", { name: "Back to the live fabric" }).click();
  await expect(planTable(page)).toBeVisible();
  expect(page.url()).toBe(address);
});

test("a dropped file of more than a message's size arrives whole", async ({ halfrack }) => {
  test.skip(reason !== "", reason);
  const text = await readFile(join(await outputsOf(medium), "iblinkinfo.txt"), "utf8");
  const page = await halfrack.open();
  // Empty lines are no news to the reader; most of the fabric stands behind 9 MiB of them.
  const long = join(halfrack.homeDir, "iblinkinfo.txt");
  const [first = ""] = text.split("\n", 1);
  await writeFile(long, `${first}\n${"\n".repeat(9 * 2 ** 20)}${text}`);
  await dropFiles(page, [long]);
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 702 nodes/, { timeout: 30_000 });
});

test("a file that is cut off is told as such, and none of its hosts looks fine", async ({ halfrack }) => {
  const page = await halfrack.open();
  const whole = await readFile(join(import.meta.dirname, "..", "fixtures", "infiniband", "healthy", "iblinkinfo.out"));
  await writeFile(join(halfrack.homeDir, "cut.out"), whole.subarray(0, 700));
  await dropFiles(page, [join(halfrack.homeDir, "cut.out")]);
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 3 nodes/);
  const problems = page.getByRole("region", { name: "Problems of the observation" });
  await problems.getByRole("button", { name: /^4 problems/ }).click();
  await expect(problems).toContainText("The file ends in the middle of a line: it seems cut off.");
  await expect(problems).toContainText("cut.out, line 8");
  // None of them is slow: the word holds for all that looks so, and what is counted is nodes.
  await legend(page).getByRole("button", { name: "slow or with a warning 3 nodes" }).click();
  await expect(panel(page).getByRole("listitem").first()).toContainText("node0");
  await halfrack.screenshot(page, "graph-cut");
});

test("a captured set of many outputs has no problem for each that was not needed", async ({ halfrack }) => {
  const page = await halfrack.open();
  await dropFiles(page, [join(import.meta.dirname, "..", "fixtures", "infiniband", "healthy")]);
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 6 nodes/);
  const unneeded = page.getByRole("region", { name: "Files that were not needed" });
  await unneeded.getByRole("button", { name: "19 files were not needed" }).click();
  await expect(unneeded).toContainText("ibstat-l.out");
  await expect(page.getByRole("region", { name: "Problems of the observation" })).toContainText("1 problem");
  await expectAccessible(page);
  await halfrack.screenshot(page, "graph-captured");
});

test("an empty drop is told, and can be dismissed", async ({ halfrack }) => {
  const page = await halfrack.open();
  await writeFile(join(halfrack.homeDir, "nothing.txt"), "");
  await dropFiles(page, [join(halfrack.homeDir, "nothing.txt")]);
  await expect(page.getByRole("main")).toContainText("None of these outputs names a node");
  await page.getByRole("region", { name: "Problems of the observation" }).getByRole("button").click();
  await expect(page.getByRole("main")).toContainText("The file is empty");
  await expectAccessible(page);
  await expect(page.getByRole("region", { name: "Saved outputs" })).toContainText("nothing.txt");
});

test("the live lab as a graph: chosen, remembered, and back to the device in the rack", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true });
  await expect(planTable(page)).toContainText("5 of 5 cables as planned");
  await page.getByRole("radiogroup", { name: "View" }).getByText("Graph").click();
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 6 nodes/);
  await settled(page);
  await expectAccessible(page);
  await halfrack.screenshot(page, "graph-lab");
  await page.reload();
  await expect(stage(page)).toBeVisible();
  await find(page).fill("node3");
  await find(page).press("Enter");
  await panel(page).getByRole("button", { name: "Show node3 in the rack" }).click();
  await expect(inspector(page)).toContainText("node3");
});

const legend = (page: Page) => page.getByRole("region", { name: "Legend" });

/** Turns scenarios of the practice lab on and shows the graph. */
async function breakAndShow(page: Page, names: readonly string[]): Promise<void> {
  await expect(planTable(page)).toContainText("5 of 5 cables as planned");
  await page.getByRole("button", { name: "Break something" }).click();
  for (const name of names) await page.getByRole("switch", { name }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("radiogroup", { name: "View" }).getByText("Graph").click();
}

test("a node that is off stands where it is planned, is counted, listed and found", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await breakAndShow(page, ["Switch a node off"]);
  await expect(legend(page).getByRole("button", { name: /^down or at fault/ })).toHaveText(
    "down or at fault1 link, 1 node",
  );
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 6 nodes/);
  await expect(legend(page)).toContainText("as planned4 links");
  await legend(page).getByRole("button", { name: /^down/ }).click();
  await expect(panel(page).getByRole("listitem")).toHaveText([
    /^node5 mlx4_0node5 is not reachable\.$/,
    /^(?:sw1 to node5 mlx4_0|node5 mlx4_0 to sw1).*sw1 port 5 is Down \(Polling\)/,
  ]);
  await find(page).fill("node5");
  await find(page).press("Enter");
  await expect(panel(page)).toContainText("1 link planned");
  await expect(panel(page)).not.toContainText("“");
  await settled(page);
  await stage(page).focus();
  await page.keyboard.press("0");
  await expectAccessible(page);
  await settled(page);
  await halfrack.screenshot(page, "graph-off", wide);
  await panel(page).getByRole("button", { name: "Show node5 in the rack" }).click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("node5");
});

test("a swap, a pulled cable and a slow slot look as they do in the rack", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await breakAndShow(page, ["Pull a cable", "Swap two cables", "Slow PCIe slot"]);
  // The swapped cables of node2 and node3, the slot of node3, the pulled cable of node4.
  await expect(legend(page)).toContainText("not as planned2 links");
  await expect(legend(page)).toContainText("degraded or with a warning1 node");
  await expect(legend(page)).toContainText("down or at fault1 link");
  await find(page).fill("node4");
  await expect(page.getByRole("region", { name: "Found" })).toContainText("node4 mlx4_0");
  await find(page).fill("");
  await settled(page);
  await halfrack.screenshot(page, "graph-broken");
});

test("a folder is chosen by walking to it", async ({ halfrack }) => {
  test.skip(reason !== "", reason);
  await writeFile(join(halfrack.homeDir, "links.txt"), await readFile(join(await outputsOf(medium), "iblinkinfo.txt")));
  const page = await halfrack.open();
  await page.getByRole("button", { name: "Open saved outputs…" }).click();
  await expect(page.getByRole("button", { name: "links.txt" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Read all of this folder" }).click();
  await expect(stage(page)).toHaveAccessibleName(/^Graph of 702 nodes/);
});
