/** Makes calls of the page fail: what is asked is spoilt on its way, so that the real host refuses it with its own fault. */
import type { Page } from "@playwright/test";

interface Spoiling {
  /** Lets calls through as they are sent from now on. */
  end(): void;
}

/** Spoils every call whose address begins with `path` (`/history/`). The page is loaded anew; it must be the browser's. */
export async function spoil(page: Page, path: string): Promise<Spoiling> {
  let spoiling = true;
  await page.routeWebSocket(/\/contract$/, (socket) => {
    const host = socket.connectToServer();
    socket.onMessage((message) => {
      const asked = typeof message === "string" ? (JSON.parse(message) as { p?: { u?: string } }) : {};
      if (spoiling && asked.p?.u?.startsWith(path))
        host.send(JSON.stringify({ ...asked, p: { ...asked.p, b: { json: "spoilt" } } }));
      else host.send(message);
    });
  });
  await page.reload();
  return {
    end: () => {
      spoiling = false;
    },
  };
}
