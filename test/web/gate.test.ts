/** Who gets in to the browser host: its one-time token, Host and Origin, the session cookie. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createRouter } from "../../electron/router.ts";
import { startWebServer, type WebServer } from "../../electron/web-server.node.ts";
import { redeem, testApp } from "../contract/transports.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let server: WebServer;
let rendererDir: string;
let cookie: string;

beforeAll(async () => {
  app = await testApp();
  rendererDir = await mkdtemp(join(tmpdir(), "halfrack-renderer-"));
  await writeFile(join(rendererDir, "index.html"), "<!doctype html><title>Halfrack</title>");
  await writeFile(join(rendererDir, "secret.key"), "not for serving");
  server = await startWebServer({ router: createRouter(app), rendererDir, port: 0 });
  cookie = await redeem(server.address());
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
  await rm(rendererDir, { recursive: true, force: true });
});

/** A request with exactly these headers; `fetch` would set Host itself. */
function get(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: server.port, path, headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    })
      .on("error", reject)
      .end();
  });
}

function socketStatus(headers: Record<string, string>, path = "/contract"): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on("open", () => {
      resolve(101);
      socket.terminate();
    });
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("error", () => undefined);
  });
}

const own = () => `127.0.0.1:${server.port}`;

describe("the browser host's gate", () => {
  it("listens on 127.0.0.1 only", async () => {
    await expect(
      new Promise((resolve, reject) =>
        request({ host: "127.0.0.2", port: server.port }, resolve).on("error", reject).end(),
      ),
    ).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("says that a port is taken", async () => {
    const again = startWebServer({ router: createRouter(app), rendererDir, port: server.port });
    await expect(again).rejects.toMatchObject({
      fault: { code: "app.port-unusable", subject: String(server.port), detail: expect.stringContaining("EADDRINUSE") },
    });
  });

  it("shows nothing without the cookie, and everything with it", async () => {
    expect((await get("/", { host: own() })).status).toBe(401);
    expect(await get("/", { host: own(), cookie })).toMatchObject({
      status: 200,
      body: expect.stringContaining("Halfrack"),
    });
  });

  it("takes a token once", async () => {
    const address = new URL(server.address());
    const path = `${address.pathname}${address.search}`;
    const first = await get(path, { host: own() });
    expect(first).toMatchObject({ status: 303, headers: { location: "/" } });
    expect(String(first.headers["set-cookie"])).toMatch(/HttpOnly; SameSite=Strict$/);
    expect((await get(path, { host: own() })).status).toBe(401);
  });

  it("refuses a wrong token", async () => {
    expect((await get("/?token=wrong", { host: own() })).status).toBe(401);
  });

  it.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]:80"])("refuses the foreign Host %s", async (host) => {
    expect((await get("/", { host, cookie })).status).toBe(421);
  });

  it("refuses a foreign Origin", async () => {
    expect((await get("/", { host: own(), cookie, origin: "http://evil.example" })).status).toBe(403);
  });

  it("opens the WebSocket only with cookie, Host and Origin of its own", async () => {
    const origin = `http://${own()}`;
    expect(await socketStatus({ host: own(), origin, cookie })).toBe(101);
    expect(await socketStatus({ host: own(), origin })).toBe(401);
    expect(await socketStatus({ host: own(), origin, cookie: cookie.replace(/.$/, "x!") })).toBe(401);
    expect(await socketStatus({ host: own(), origin: "http://evil.example", cookie })).toBe(403);
    expect(await socketStatus({ host: own(), origin: "null", cookie })).toBe(403);
    expect(await socketStatus({ host: own(), cookie })).toBe(403);
    expect(await socketStatus({ host: "evil.example", origin: "http://evil.example", cookie })).toBe(421);
    expect(await socketStatus({ host: own(), origin, cookie }, "/other")).toBe(404);
  });

  it.each([
    "/../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/secret.key",
    "/%00",
    "/%",
    "//etc/passwd",
  ])("serves nothing outside the renderer: %s", async (path) => {
    expect([400, 404]).toContain((await get(path, { host: own(), cookie })).status);
  });

  it("sends a policy that lets no foreign or inline script run", async () => {
    const { headers } = await get("/", { host: own(), cookie });
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self';");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
    });
  });
});
