/**
 * The browser host's server: the built renderer and the contract over a WebSocket, on 127.0.0.1 only. Owns who may
 * talk to it: a one-time token becomes a same-site cookie; Host and Origin must be this server's own.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { RPCHandler } from "@orpc/server/ws";
import { WebSocketServer } from "ws";
import { FaultError, invariant } from "./contract/error.ts";
import { type AppRouter, maxMessageBytes } from "./router.ts";
import { securityHeaders, staticFile } from "./static-files.node.ts";

export interface WebServer extends AsyncDisposable {
  readonly port: number;
  /** The address to open, with a fresh one-time token; each call makes the earlier unused token invalid. */
  address(): string;
}

export async function startWebServer(options: {
  readonly router: AppRouter;
  readonly rendererDir: string;
  readonly port: number;
}): Promise<WebServer> {
  const server = createServer();
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const gate = new Gate(port);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const handler = new RPCHandler(options.router);

  server.on("request", (request, response) => {
    serve(gate, options.rendererDir, request, response).catch(() => response.destroy());
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const refusal = gate.refuseSocket(request);
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal.status} ${refusal.text}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("error", () => webSocket.terminate());
      void handler.upgrade(webSocket);
    });
  });

  return {
    port,
    address: () => `http://127.0.0.1:${port}/?token=${gate.newToken()}`,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) => reject(cannotListen(port, cause));
    server.once("error", refuse);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

const cannotListen = (port: number, cause: Error): FaultError =>
  new FaultError(
    {
      code: "app.port-unusable",
      title: `Port ${port} cannot be used`,
      detail: cause.message,
      next: "Name another port, or leave --port out for a free one.",
      subject: String(port),
    },
    { cause },
  );

interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** Decides who may come in. */
class Gate {
  readonly #port: number;
  readonly #hosts: ReadonlySet<string>;
  readonly #session = randomBytes(32).toString("base64url");
  #token: string | null = null;

  constructor(port: number) {
    this.#port = port;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  }

  newToken(): string {
    this.#token = randomBytes(32).toString("base64url");
    return this.#token;
  }

  /** A page of another origin, or a name that only resolves here (DNS rebinding), never gets an answer. */
  refuseHost(request: IncomingMessage): Refusal | null {
    const host = request.headers.host;
    if (!host || !this.#hosts.has(host)) return { status: 421, text: "Misdirected Request" };
    const { origin } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`) return { status: 403, text: "Forbidden" };
    return null;
  }

  refuseSocket(request: IncomingMessage): Refusal | null {
    const refusal = this.refuseHost(request);
    if (refusal) return refusal;
    if (request.headers.origin === undefined) return { status: 403, text: "Forbidden" };
    if (request.url !== "/contract") return { status: 404, text: "Not Found" };
    return this.knows(request) ? null : { status: 401, text: "Unauthorized" };
  }

  knows(request: IncomingMessage): boolean {
    const name = this.#cookieName();
    const cookies = (request.headers.cookie ?? "").split(";").map((cookie) => cookie.trim());
    return cookies.some(
      (cookie) => cookie.startsWith(`${name}=`) && same(cookie.slice(name.length + 1), this.#session),
    );
  }

  /** Exchanges the one-time token for the session cookie; null when the token is wrong or used. */
  redeem(token: string): string | null {
    if (this.#token === null || !same(token, this.#token)) return null;
    this.#token = null;
    return `${this.#cookieName()}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Cookies do not know ports: the name keeps two servers on one machine apart. */
  #cookieName(): string {
    return `halfrack_${this.#port}`;
  }
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

async function serve(gate: Gate, root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = (status: number, text: string, headers: Record<string, string> = {}) => {
    response
      .writeHead(status, { ...securityHeaders, "content-type": "text/plain; charset=utf-8", ...headers })
      .end(text);
  };
  const refusal = gate.refuseHost(request);
  if (refusal) return answer(refusal.status, refusal.text);
  if (request.method !== "GET" && request.method !== "HEAD")
    return answer(405, "Method Not Allowed", { allow: "GET, HEAD" });
  invariant(request.url, "an HTTP request has a target");
  const url = URL.parse(request.url, "http://127.0.0.1");
  if (!url) return answer(400, "Bad Request");

  const token = url.searchParams.get("token");
  if (url.pathname === "/" && token !== null) {
    const cookie = gate.redeem(token);
    if (cookie) return answer(303, "", { location: "/", "set-cookie": cookie, "cache-control": "no-store" });
    if (!gate.knows(request)) return answer(401, usedToken);
    return answer(303, "", { location: "/" });
  }
  if (!gate.knows(request)) return answer(401, noSession);

  const file = await staticFile(root, url.pathname);
  if (!file) return answer(404, "Not Found");
  const immutable = url.pathname.startsWith("/assets/");
  response.writeHead(200, {
    ...securityHeaders,
    "content-type": file.contentType,
    "content-length": String(file.body.length),
    "cache-control": immutable ? "private, max-age=31536000, immutable" : "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : file.body);
}

const noSession = `Halfrack runs here, but this browser has not been let in.
Open the address that Halfrack printed when it started (it ends in ?token=...). Press Enter in its terminal for a new one.
`;
const usedToken = `This address was used already: its token works once.
Press Enter in the terminal where Halfrack runs; it prints a new address.
`;
