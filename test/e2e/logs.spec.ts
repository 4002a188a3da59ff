/** The log finder over the practice lab, as somebody uses it who opens it for the first time: from looking to a bundle. */
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { Page } from "@playwright/test";
import { pack } from "tar-stream";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { quick, toggle } from "./practice-page.ts";

const place = (page: Page) => page.getByRole("main", { name: "Logs" });
const button = (page: Page, name: string | RegExp) => place(page).getByRole("button", { name });

/** An item that changes something, and a mistake. */
const ownCatalogue = `halfrack: 1
items:
  - id: rotate
    title: Turn the logs over
    why: So that the next case begins with short ones
    group: logs
    on: [linux]
    command: [logrotate, /etc/logrotate.conf]
    consent: It renames logs on the host and begins new ones.
  - id: broken
    title: A mistake
    why: It names no program
    group: logs
    on: [linux]
    commnd: [true]
`;

/** Of somebody else's making: a file outside of it, and one to be read. */
async function oddArchive(): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: "../../etc/shadow" }, "root:x:1:0:99999:7:::");
  archive.entry({ name: "host/var/log/messages" }, "Nov 22 10:00:00 host kernel: a line\n");
  archive.finalize();
  return buffer(archive);
}

test("evidence is found, collected, told, read, compared, redacted and packed", async ({ halfrack, host }) => {
  test.setTimeout(600_000);
  await writeFile(join(halfrack.profileDir, "log-catalogue.yaml"), ownCatalogue);
  const page = await halfrack.open({ practice: true, settings: quick });
  /** At a laptop's size and a desk's. */
  const shot = (name: string) => halfrack.screenshot(page, name, wide);
  await toggle(page, "Failing memory");
  await toggle(page, "Wrong clock");
  await page.getByRole("button", { name: "Logs", exact: true }).click();

  const targets = place(page).getByRole("table");
  for (const node of ["node1", "node2", "node3", "node4", "node5"])
    await expect(targets.getByRole("row", { name: new RegExp(`^${node} `) }).first()).toContainText("CentOS Linux 7");
  await expect(targets.getByRole("row", { name: /^node1 stick sdb/ })).toContainText("boot stick");
  await expect(place(page).getByRole("status").first()).toContainText("Looked");
  await expectAccessible(page);
  await shot("logs-look");
  const time = place(page).getByRole("combobox", { name: "Time" });
  await time.click();
  await page.getByRole("option", { name: "From … to …" }).click();
  await place(page).getByRole("textbox", { name: "From" }).fill("2026-02-27 18:00");
  await place(page).getByRole("textbox", { name: "To", exact: true }).fill("2026-02-27 17:00");
  await expect(place(page).getByText("It ends before it begins")).toBeVisible();
  await expect(button(page, "Choose what to collect")).toBeDisabled();
  const unreadable = targets.getByRole("row", { name: /^node1 Linux/ }).getByRole("button", { name: /unreadable$/ });
  await unreadable.click();
  await expect(targets.getByRole("row").filter({ has: page.getByRole("listitem") })).toContainText(
    /dangling|link|denied|not /,
  );
  await expectAccessible(page);
  await shot("logs-look-faults");
  await unreadable.click();
  await time.click();
  await page.getByRole("option", { name: "Since the last boot" }).click();
  await targets.getByRole("checkbox", { name: "All targets" }).uncheck();
  await expect(place(page).getByText("Tick at least one")).toBeVisible();
  await targets.getByRole("checkbox", { name: "All targets" }).check();
  await targets.getByRole("checkbox", { name: /^This machine/ }).uncheck();
  await button(page, "Choose what to collect").click();

  await button(page, "Search hosts for files…").click();
  await place(page).getByRole("textbox", { name: "Under" }).fill("var/log");
  await expect(place(page).getByText("A folder that begins with /")).toBeVisible();
  await expect(button(page, "Search all hosts")).toBeDisabled();
  await shot("logs-search-fault");
  await place(page).getByRole("textbox", { name: "Under" }).fill("/var/log /nonexistent");
  await place(page).getByRole("combobox", { name: "Changed" }).click();
  await page.getByRole("option", { name: "whenever" }).click();
  await button(page, "Search all hosts").click();
  await expect(place(page).getByText(/[1-9]\d* files on \d hosts; \d hosts searched\./)).toBeVisible();
  await expectAccessible(page);
  await shot("logs-search");
  await button(page, "Close the search").click();
  await shot("logs-choose-all");
  await place(page).getByRole("textbox", { name: "Filter items" }).fill("no such word");
  await expect(place(page).getByText("Nothing for the chosen targets has “no such word” in it.")).toBeVisible();
  await place(page).getByRole("textbox", { name: "Filter items" }).fill("messages");
  await expect(
    place(page)
      .getByRole("checkbox", { name: /messages/i })
      .first(),
  ).toBeVisible();
  await expect(place(page).getByText("line 10, column 5")).toBeHidden();
  await place(page)
    .getByRole("button", { name: /^1 problem in/ })
    .click();
  await expect(place(page).getByText("line 10, column 5")).toBeVisible();
  await shot("logs-choose");
  await expectAccessible(page);

  await place(page).getByRole("textbox", { name: "Filter items" }).fill("rotate");
  const turning = place(page).getByRole("checkbox", { name: "Turn the logs over" });
  await turning.click();
  const consent = page.getByRole("dialog", { name: /^Turn the logs over/ });
  await expect(consent).toContainText("It renames logs on the host");
  await expect(consent.locator("pre")).toHaveText("logrotate /etc/logrotate.conf");
  await expectAccessible(page);
  await shot("logs-consent");
  await consent.getByRole("button", { name: "Leave it out" }).click();
  await expect(turning).not.toBeChecked();
  await turning.click();
  await consent.getByRole("button", { name: "Agree and collect it" }).click();
  await expect(turning).toBeChecked();
  await button(page, "Review what will run").click();

  await expect(place(page).locator("pre")).toContainText("node4: journalctl");
  await expect(place(page).getByRole("status")).toContainText("Read-only but for 1 item");
  await place(page).getByRole("textbox", { name: "Name" }).fill("x".repeat(300));
  await place(page).getByRole("textbox", { name: "At most, MB" }).fill("-5");
  await expect(place(page).getByText("At most 120 characters")).toBeVisible();
  await expect(place(page).getByText("A number above 0")).toBeVisible();
  await expect(button(page, /^Collect/)).toBeDisabled();
  const without = place(page).getByRole("button", { name: /^\d+ not collected of node1: / });
  await without.click();
  const reasons = place(page).getByRole("list", { name: "Not collected of node1" });
  await expect(reasons).toContainText("not applicable: ");
  await expect(reasons.getByRole("listitem").first()).toHaveCSS("display", "grid");
  await expectAccessible(page);
  await shot("logs-review-faults");
  await without.click();
  await place(page).getByRole("textbox", { name: "At most, MB" }).fill("");
  await place(page).getByRole("textbox", { name: "Name" }).fill("Memory of node4");
  await place(page).getByRole("textbox", { name: "Case notes" }).fill("Corrected errors since Monday.");
  await expectAccessible(page);
  await shot("logs-review");
  const begin = button(page, /^Collect \d+ entries/);
  const tried = /\d+/.exec((await begin.textContent()) ?? "")?.[0];
  await begin.click();
  // What the plan leaves out is in no number of its progress.
  await expect(place(page).getByText(new RegExp(`^[1-9]\\d* of ${tried} entries, `))).toBeVisible({ timeout: 30_000 });
  await shot("logs-progress");

  // While it is collected, the catalogue and the stick layouts are looked at and changed.
  const collections = page.getByRole("complementary", { name: "Collections" });
  await collections.getByRole("button", { name: /stick layouts/ }).click();
  const known = page.getByRole("dialog", { name: "What is collected" });
  await known.getByRole("combobox", { name: "Kind of target" }).click();
  await page.getByRole("option", { name: "BMC" }).click();
  await expect(known.getByRole("row", { name: /ipmitool sel/ }).first()).toContainText(/\d+ s/);
  await expectAccessible(page);
  await shot("logs-catalogue");
  await known.getByRole("tab", { name: "Own items" }).click();
  await expect(known).toContainText(join(halfrack.profileDir, "log-catalogue.yaml"));
  await expect(known).toContainText("line 10, column 5");
  await expectAccessible(page);
  await shot("logs-own-items");
  await known.getByRole("tab", { name: "Stick layouts" }).click();
  await known.getByRole("button", { name: "Edit…" }).click();
  const layout = page.getByRole("dialog", { name: /^Edit ScaleMP/ });
  await layout.getByRole("textbox", { name: "Log begins at" }).fill("12 MB");
  await expect(layout.getByText("A number of bytes")).toBeVisible();
  await expect(layout.getByRole("button", { name: "Save layout" })).toBeDisabled();
  await expectAccessible(page);
  await shot("logs-layout");
  await layout.getByRole("textbox", { name: "Log begins at" }).fill("11 MiB");
  await layout.getByRole("button", { name: "Save layout" }).click();
  await expect(known.getByRole("listitem", { name: /^ScaleMP/ })).toContainText("20.0 MiB at 11.0 MiB (0xb00000)");
  expect(await readFile(join(halfrack.profileDir, "stick-layouts.yaml"), "utf8")).toContain(
    `offsetBytes: ${11 * 2 ** 20}`,
  );
  await expectAccessible(page);
  await shot("logs-layouts");
  await known.getByRole("button", { name: "Take the shipped one again" }).click();
  await expect(known.getByRole("listitem", { name: /^ScaleMP/ })).toContainText("at 12.0 MiB");
  await page.keyboard.press("Escape");

  await expect(collections.getByRole("button", { name: /Memory of node4.*(not )?complete/ })).toBeVisible({
    timeout: 120_000,
  });
  const matrix = place(page).getByRole("table");
  await expect(matrix.getByRole("columnheader", { name: "node4" })).toBeVisible();
  await matrix
    .getByRole("row", { name: /^Kernel and machine/ })
    .getByRole("button")
    .first()
    .click();
  await page.keyboard.press("ArrowRight");
  await expect(matrix.getByRole("button", { name: /^Kernel and machine, node2: got, / })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(
    matrix.getByRole("button", { name: /^Name and version of the system, node2: got in 3, / }),
  ).toBeFocused();
  await page.keyboard.press("Home");
  await expect(matrix.getByRole("button", { name: /^Name and version of the system, node1: / })).toBeFocused();
  await place(page).getByText("Not complete", { exact: true }).click();
  await expect(matrix.getByRole("row", { name: /^Kernel and machine/ })).toHaveCount(0);
  await place(page).getByText("Applicable", { exact: true }).click();
  await page.setViewportSize({ width: 640, height: 800 });
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  const details = page.getByRole("complementary", { name: "Kernel and machine of node1" });
  await expect(details).toContainText("$ uname -a");
  await expect(details).toContainText("the same on the host");
  await expectAccessible(page);
  await shot("logs-completeness-details");
  await details.getByRole("button", { name: "Close these details" }).click();
  await shot("logs-completeness");

  await place(page).getByRole("tab", { name: "Read" }).click();
  const lines = place(page).getByRole("listbox", { name: "Log lines" });
  await expect(place(page).getByText(/Left out: [\d,]+ lines of \d+ outputs/)).toBeVisible();
  await expect(lines.getByRole("option").filter({ hasText: "PRETTY_NAME" })).toHaveCount(0);
  await place(page).getByText("With outputs").click();
  await expect(lines.getByRole("option").filter({ hasText: "PRETTY_NAME" }).first()).toBeVisible();
  await place(page).getByText("Logs alone").click();

  const find = place(page).getByRole("search", { name: "Find in these lines" });
  const found = lines.getByRole("option", { selected: true });
  await page.keyboard.press("Control+F");
  await page.keyboard.type("edac");
  await expect(find.getByRole("status")).toHaveText(/^1 of \d+ found$/);
  await expect(found).toContainText("EDAC");
  await page.keyboard.press("Enter");
  await expect(find.getByRole("status")).toHaveText(/^2 of \d+ found$/);
  await page.keyboard.press("Shift+F3");
  await expect(find.getByRole("status")).toHaveText(/^1 of \d+ found$/);
  await page.keyboard.press("Shift+F3");
  await expect(find.getByRole("status")).toHaveText(/^(\d+) of \1 found$/);
  await expectAccessible(page);
  await shot("logs-find");
  await page.keyboard.press("Escape");

  await button(page, "Known patterns").click();
  const patterns = page.getByRole("complementary", { name: "Known patterns" });
  const corrected = patterns.getByRole("listitem").filter({ hasText: "Memory errors were corrected" });
  await expect(corrected.first()).toContainText(/warning, \d+ times, in \d+ lines of [3-9] sources, node4, first/);
  await corrected.first().getByText("Memory errors were corrected").click();
  await expect(corrected.first()).toContainText("Source: Linux drivers/edac/edac_mc.c");
  await expectAccessible(page);
  await shot("logs-patterns");
  const never = patterns.getByRole("listitem").filter({ hasText: "Memory errors could not be corrected" });
  await expect(never.locator("svg")).toHaveCSS("color", await cssColour(page, "--hr-absent"));
  await expect(corrected.first().locator("svg")).toHaveCSS("color", await cssColour(page, "--hr-degraded"));
  await corrected
    .first()
    .getByRole("button", { name: /^Show these/ })
    .click();
  await expect(lines.getByRole("option").first()).toContainText("EDAC");
  await corrected.first().getByRole("button", { name: "Show all lines again" }).click();

  await place(page).getByRole("textbox", { name: "Text" }).fill("EDAC");
  await expect(lines.getByRole("option").first()).toContainText("EDAC");
  await place(page).getByRole("button", { name: "Errors", exact: true }).click();
  await expect(page.getByRole("complementary", { name: "Errors and warnings" })).toContainText("DIMM#0");
  await expectAccessible(page);
  await shot("logs-errors");
  await lines.getByRole("option").first().click();
  await expect(page.getByRole("complementary", { name: "The line in full" })).toContainText(/node4.*Host's clock/);
  await expectAccessible(page);
  await shot("logs-read");
  // Beside a line in full, the filters take two rows and not three.
  const middles = await place(page)
    .locator(".lg-filters > *")
    .evaluateAll((each) =>
      each.flatMap((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top === bottom ? [] : [(top + bottom) / 2];
      }),
    );
  expect(middles.filter((y, index) => index === 0 || y - (middles[index - 1] ?? 0) > 10)).toHaveLength(2);
  await page.getByRole("button", { name: "Close this line" }).click();
  await place(page).getByRole("checkbox", { name: "Regex" }).check();
  await place(page).getByRole("textbox", { name: "Text" }).fill("EDAC(");
  const fault = place(page).getByRole("alert");
  await expect(fault).toBeVisible();
  const [told, pane] = [await fault.boundingBox(), await place(page).locator(".lg-read").boundingBox()];
  expect((told?.x ?? 0) - (pane?.x ?? 0)).toBe(20);
  await expectAccessible(page);
  await shot("logs-regex");

  await place(page).getByRole("tab", { name: "Compare" }).click();
  await expect(place(page).getByRole("heading", { name: /differences? in \d+ facts/ })).toBeVisible();
  await expectAccessible(page);
  await shot("logs-compare");

  await place(page).getByRole("tab", { name: "Redact and pack" }).click();
  await button(page, "Preview every replacement").click();
  await expect(place(page).getByRole("region", { name: "Preview of the redaction" })).toContainText("host-", {
    timeout: 60_000,
  });
  await expectAccessible(page);
  await shot("logs-redact");
  await place(page).locator(".lg-place-of mark").last().scrollIntoViewIfNeeded();
  await shot("logs-preview");
  const folder = place(page).getByRole("textbox", { name: "Folder or file" });
  await folder.fill(join(halfrack.homeDir, "no", "such", "folder"));
  await button(page, "Write the bundle").click();
  await expect(place(page).getByRole("alert")).toBeVisible();
  await shot("logs-not-packed");
  await folder.fill(halfrack.homeDir);
  await expect(place(page).getByRole("alert")).toHaveCount(0);
  await button(page, "Write the bundle").click();
  await expect(place(page).getByText("Written and read back")).toBeVisible({ timeout: 60_000 });
  await shot("logs-packed");
  const [bundle = ""] = (await readdir(halfrack.homeDir)).filter((name) => name.endsWith(".tar.zst"));
  if (host === "browser") {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button(page, "Copy its path").click();
    await expect(button(page, "Path copied")).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(join(halfrack.homeDir, bundle));
    await showPage(page, join(halfrack.homeDir, bundle), join(halfrack.homeDir, "unpacked"));
  } else await expect(button(page, "Show it in its folder")).toBeVisible();

  const odd = join(halfrack.homeDir, "odd.tar");
  await writeFile(odd, await oddArchive());
  await page.getByRole("button", { name: "Open a bundle…" }).click();
  const opening = page.getByRole("dialog", { name: "Open a bundle" });
  await opening.getByRole("textbox", { name: "Bundle" }).fill(odd);
  await expectAccessible(page);
  await shot("logs-open");
  await opening.getByRole("button", { name: "Open this bundle" }).click();
  const oddities = page.getByRole("dialog", { name: /what is odd/ });
  await expect(oddities).toContainText("../../etc/shadow");
  await expectAccessible(page);
  await shot("logs-odd");
  await oddities.getByRole("button", { name: "Show what is in it" }).click();
  await expect(collections.getByRole("listitem")).toHaveCount(2);

  await dropFiles(page, [join(halfrack.homeDir, bundle)], "Drop a bundle to read it");
  await expect(collections.getByRole("listitem")).toHaveCount(3, { timeout: 60_000 });
  await expect(matrix.getByRole("columnheader", { name: /^host-\d+$/ })).toHaveCount(6);
  await expect(collections.getByRole("button", { name: /^odd\.tar/ })).toHaveAttribute("title", `odd.tar\n${odd}`);
  await expect(matrix).not.toContainText("node4");

  await place(page).getByRole("tab", { name: "Compare" }).click();
  await place(page).getByRole("combobox", { name: "Compared with one of" }).click();
  await page.getByRole("option", { name: "Memory of node4" }).click();
  await place(page).getByRole("combobox", { name: "Node", exact: true }).click();
  await page.getByRole("option", { name: "all targets" }).click();
  await expect(place(page).getByRole("heading", { name: /\d+ files? with other content/ })).toBeVisible();
  await expect(
    place(page)
      .getByRole("row", { name: /commands\/acpidump\.txt/ })
      .first(),
  ).toContainText("not applicable");
  await shot("logs-compare-whole");

  await button(page, "Forget…").click();
  await expect(page.getByRole("dialog", { name: "Forget this bundle?" })).toBeVisible();
  await shot("logs-forget");
  await page.keyboard.press("Escape");
  await collections.getByRole("button", { name: /Memory of node4.*\d targets/ }).click();
  await button(page, "Delete…").click();
  await expect(page.getByRole("dialog", { name: "Delete this collection?" })).toBeVisible();
  await expectAccessible(page);
  await shot("logs-delete");
  await page.keyboard.press("Escape");

  await toggle(page, "node off");
  await page.getByRole("button", { name: "New collection" }).click();
  await expect(place(page).getByText(/8 targets chosen, 1 of them without an answer\./)).toBeVisible({
    timeout: 60_000,
  });
  await expectAccessible(page);
  await shot("logs-look-off");

  await collections.getByRole("button", { name: /Memory of node4.*\d targets/ }).click();
  await button(page, "Show its fabric").click();
  await expect(page.getByRole("region", { name: "Saved outputs" })).toContainText("Not live");
  // Questions that the window gave up are no fault.
  expect(halfrack.output()).not.toContain("AbortError");
});

/** A colour of the theme, as the browser computes it. */
const cssColour = (page: Page, name: string) =>
  page.evaluate((custom) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(${custom})`;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, name);

/** The bundle's own page, as its receiver sees it: in a browser and on paper. */
async function showPage(page: Page, bundle: string, out: string): Promise<void> {
  await mkdir(out);
  execFileSync("tar", ["--zstd", "-xf", bundle, "-C", out, "--strip-components=1"]);
  const own = await page.context().newPage();
  await own.goto(pathToFileURL(join(out, "index.html")).href);
  await expect(own.getByText("since the last boot of each host")).toBeVisible();
  const save = (name: string) => own.screenshot({ path: join("test-results", "screens", "browser", `${name}.png`) });
  for (const colorScheme of ["light", "dark"] as const)
    for (const size of [{ width: 1280, height: 800 }, wide]) {
      await own.emulateMedia({ colorScheme, media: "screen" });
      await own.setViewportSize(size);
      await own.evaluate(() => scrollTo(0, 0));
      await save(`logs-page-${size.width}-${colorScheme}`);
      for (const part of ["matrix", "entries"]) {
        await own.locator(`#${part}`).evaluate((heading) => heading.scrollIntoView());
        await save(`logs-page-${part}-${size.width}-${colorScheme}`);
      }
    }
  await own.emulateMedia({ colorScheme: "dark", media: "print" });
  await own.setViewportSize({ width: 1122, height: 793 });
  await own.evaluate(() => scrollTo(0, 0));
  await save("logs-page-print");
  await own.locator("#matrix").evaluate((heading) => heading.scrollIntoView());
  await save("logs-page-print-matrix");
  await own.close();
}
