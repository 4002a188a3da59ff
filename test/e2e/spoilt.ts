/** Stands between page and host: calls are spoilt on their way, so that the real host refuses them, or held back. */
import type { Page, WebSocketRoute } from "@playwright/test";

interface Spoiling {
  /** Lets calls through as they are sent from now on. */
  end(): void;
}

interface Holding {
  /** Keeps every such call from now on. */
  begin(): void;
  /** Sends what was kept, and keeps no more. */
  end(): void;
}

/** Spoils every call whose address begins with `path` (`/history/`). The page is loaded anew; it must be the browser's. */
export async function spoil(page: Page, path: string): Promise<Spoiling> {
  let spoiling = true;
  await intercept(page, new RegExp(`^${path}`), (host, message) =>
    host.send(
      spoiling ? JSON.stringify({ ...message, p: { ...message.p, b: { json: "spoilt" } } }) : JSON.stringify(message),
    ),
  );
  return {
    end: () => {
      spoiling = false;
    },
  };
}

/** Holds back calls whose address fits `path`, when told to. The page is loaded anew; it must be the browser's. */
export async function hold(page: Page, path: RegExp): Promise<Holding> {
  let holding = false;
  const kept: (() => void)[] = [];
  await intercept(page, path, (host, message) => {
    const send = () => host.send(JSON.stringify(message));
    if (holding) kept.push(send);
    else send();
  });
  return {
    begin: () => {
      holding = true;
    },
    end: () => {
      holding = false;
      for (const send of kept.splice(0)) send();
    },
  };
}

interface Message {
  readonly p?: { readonly u?: string };
}

async function intercept(page: Page, path: RegExp, take: (host: WebSocketRoute, message: Message) => void) {
  await page.routeWebSocket(/\/contract$/, (socket) => {
    const host = socket.connectToServer();
    socket.onMessage((message) => {
      const asked = typeof message === "string" ? (JSON.parse(message) as Message) : {};
      if (path.test(asked.p?.u ?? "")) take(host, asked);
      else host.send(message);
    });
  });
  await page.reload();
}
