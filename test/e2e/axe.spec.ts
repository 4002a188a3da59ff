import { expect, seriousFaults, test } from "./app.ts";

test("the accessibility check finds planted faults", async ({ halfrack }) => {
  const page = await halfrack.open();
  await page.evaluate(() => {
    const planted = document.createElement("div");
    planted.style.cssText = "position:fixed;inset:0;z-index:99999;background:#fff";
    planted.innerHTML = '<button id="nameless"></button><p id="pale" style="color:#777;background:#888">pale text</p>';
    document.body.append(planted);
  });
  const faults = await seriousFaults(page);
  expect(faults).toContainEqual(expect.stringMatching(/^button-name: .*#nameless$/));
  expect(faults).toContainEqual(expect.stringMatching(/^color-contrast: .*#pale$/));
});
