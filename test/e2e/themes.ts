/** Shows the window in both themes: it follows the system unless its setting names one. */
import { type Page, test } from "@playwright/test";

export type Theme = "light" | "dark";

/** Looks at the page in the theme it has and then in the other one, unless its theme is fixed; it ends in its own. */
export async function inEachTheme(page: Page, look: (theme: Theme) => Promise<void>): Promise<void> {
  const { own, fixed } = await page.evaluate(() => ({
    own: document.documentElement.dataset.mantineColorScheme === "light" ? ("light" as const) : ("dark" as const),
    // Where Mantine keeps what the app asked for.
    fixed: /light|dark/.test(localStorage.getItem("mantine-color-scheme-value") ?? ""),
  }));
  const other = own === "light" ? "dark" : "light";
  await test.step(own, async () => {
    await painted(page, own);
    await look(own);
  });
  if (fixed) return;
  await test.step(other, async () => {
    await page.emulateMedia({ colorScheme: other });
    await painted(page, other);
    await look(other);
    await page.emulateMedia({ colorScheme: own });
    await painted(page, own);
  });
}

/** Until the page has the theme, and what paints with colours of its own says that it took them; fading is ended. */
async function painted(page: Page, theme: Theme): Promise<void> {
  await page.evaluate(async (wanted) => {
    const frame = () => new Promise(requestAnimationFrame);
    const late = () =>
      document.documentElement.dataset.mantineColorScheme !== wanted ||
      document.querySelector(`[data-painted]:not([data-painted="${wanted}"])`) !== null;
    while (late()) await frame();
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
    // What was asked for in one frame is drawn by the next.
    await frame();
  }, theme);
}
