/** Servers that hang, lie, babble or vanish: each gives its own fault in time, and the rest goes on. */
import { createServer, type Server, type Socket } from "node:net";
import ssh2 from "ssh2";
import { afterEach, describe, expect, test } from "vitest";
import { createBench, rejectedWith } from "./bench.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A TCP server that does `behave` with each connection; returns its port. */
async function tcp(behave: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    server.once("close", () => socket.destroy());
    behave(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("no port");
  return address.port;
}

const benchFor = (port: number, stageTimeoutMs = 300) =>
  createBench({
    devices: [{ name: "node01", type: "server", ssh: { host: "127.0.0.1", port, user: "root" } }],
    deps: { timings: { stageTimeoutMs, keepaliveIntervalMs: 5000 } },
  });

/** A real KEXINIT offering `algorithms`, as the first packet after the identification. */
function kexInit(algorithms: string): Buffer {
  const list = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
  const payload = Buffer.concat([
    Buffer.from([20]),
    Buffer.alloc(16),
    list(algorithms),
    list("ssh-ed25519"),
    ...["aes128-ctr", "aes128-ctr", "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", ""].map(list),
    Buffer.alloc(5),
  ]);
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1);
  head[4] = padding;
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

const endless = (socket: Socket, chunk: string) => {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
};

describe("servers that are none, or hang", () => {
  test.each<[string, (socket: Socket) => void, object]>([
    [
      "never greets",
      () => undefined,
      { code: "ssh.timeout", title: expect.stringContaining("(greeting)"), retry: true },
    ],
    [
      "greets and goes silent",
      (socket) => socket.write("SSH-2.0-Silent\r\n"),
      { code: "ssh.timeout", title: expect.stringContaining("(key exchange)") },
    ],
    [
      "offers algorithms and goes silent",
      (socket) => socket.write(Buffer.concat([Buffer.from("SSH-2.0-X\r\n"), kexInit("curve25519-sha256")])),
      { code: "ssh.timeout", title: expect.stringContaining("(key exchange)") },
    ],
    ["closes at once", (socket) => socket.end(), { code: "ssh.closed", retry: true }],
    ["ends within its greeting", (socket) => socket.end("SSH-2.0-Op"), { code: "ssh.closed", retry: true }],
    ["resets", (socket) => socket.resetAndDestroy(), { code: "ssh.closed", retry: true }],
    [
      "is a web server",
      (socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
      { code: "ssh.not-ssh", evidence: expect.stringContaining("HTTP/1.1 400") },
    ],
    ["speaks SSH 1", (socket) => socket.write("SSH-1.5-Old\r\n"), { code: "ssh.not-ssh" }],
    ["sends an endless line", (socket) => endless(socket, "x".repeat(65_536)), { code: "ssh.not-ssh" }],
    ["sends endless lines", (socket) => endless(socket, "hello\r\n".repeat(5000)), { code: "ssh.not-ssh" }],
    [
      "names itself at endless length",
      (socket) => endless(socket, `SSH-2.0-${"x".repeat(9000)}`),
      { code: "ssh.not-ssh" },
    ],
    [
      "sends garbage after the greeting",
      (socket) => socket.write(Buffer.concat([Buffer.from("SSH-2.0-X\r\n"), Buffer.alloc(4096, 0xff)])),
      { code: "ssh.handshake" },
    ],
    [
      "offers only old algorithms",
      (socket) => socket.write(Buffer.concat([Buffer.from("SSH-2.0-X\r\n"), kexInit("diffie-hellman-group1-sha1")])),
      { code: "ssh.no-common-algorithm", detail: expect.stringContaining("diffie-hellman-group1-sha1") },
    ],
  ])("one that %s", async (_what, behave, expected) => {
    await using bench = await benchFor(await tcp(behave));
    expect(await rejectedWith(bench.ssh.connect("node01"))).toMatchObject({ subject: "node01", ...expected });
  });

  test("a greeting after lines of banner, sent byte by byte, is understood", async () => {
    const port = await tcp((socket) => {
      const text = "Welcome\r\nAuthorised use only\r\nSSH-2.0-Slow\r\n";
      let at = 0;
      const step = () => {
        if (at < text.length) socket.write(text.charAt(at++), () => setImmediate(step));
      };
      socket.setNoDelay(true);
      step();
    });
    await using bench = await benchFor(port);
    const fault = await rejectedWith(bench.ssh.connect("node01"));
    expect(fault.title).toContain("(key exchange)"); // so the greeting was taken
  });

  test("a refused port and an unknown name are told apart", async () => {
    const port = await tcp(() => undefined);
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    await using refused = await benchFor(port);
    expect(await rejectedWith(refused.ssh.connect("node01"))).toMatchObject({ code: "ssh.refused", retry: true });
    await using unknown = await createBench({
      devices: [{ name: "node01", type: "server", ssh: { host: "no-such-host.invalid" } }],
    });
    expect(await rejectedWith(unknown.ssh.connect("node01"))).toMatchObject({ code: "ssh.name-not-found" });
  });

  test("a device that hangs does not hold up another", async () => {
    const port = await tcp(() => undefined);
    await using bench = await benchFor(port, 60_000);
    const hanging = rejectedWith(bench.ssh.run("node01", ["true"], { timeoutMs: 200 }));
    expect((await rejectedWith(bench.ssh.run("nobody", ["true"]))).code).toBe("ssh.unknown-device");
    expect(await hanging).toMatchObject({ code: "ssh.not-ready", detail: expect.stringContaining("being made") });
  });
});

describe("servers that ask without end or die while working", () => {
  const hostKey = ssh2.utils.generateKeyPairSync("ed25519").private;

  /** ssh2's own server, for what OpenSSH does not do. */
  async function sshServer(onClient: (client: ssh2.Connection) => void): Promise<number> {
    const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      client.on("error", () => undefined);
      onClient(client);
    });
    const inner = Reflect.get(server, "_srv") as Server;
    servers.push(inner);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as { port: number }).port;
  }

  test("endless prompts are cut off", async () => {
    let rounds = 0;
    const port = await sshServer((client) => {
      client.on("authentication", (context) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        const ask = () => {
          rounds++;
          context.prompt([{ prompt: `<b>Token\u0007 ${rounds}:</b>`, echo: true }], "name", "instructions", ask);
        };
        ask();
      });
    });
    await using bench = await benchFor(port, 5000);
    const asked = bench.answerAll((question) =>
      question.kind === "new-host-key"
        ? { kind: "trust", remember: false }
        : { kind: "secret", values: ["x"], remember: false },
    );
    expect(await rejectedWith(bench.ssh.connect("node01"))).toMatchObject({
      code: "ssh.authentication-failed",
      detail: expect.stringContaining("asked without end"),
    });
    expect(rounds).toBeLessThan(20);
    expect(asked[1]).toMatchObject({
      secret: "prompt",
      subject: "name",
      instructions: "instructions",
      prompts: [{ text: "<b>Token  1:</b>", echo: true }],
    });
  });

  test("endless empty prompts run into the clock", async () => {
    const port = await sshServer((client) => {
      client.on("authentication", (context) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        const ask = () => void setTimeout(() => context.prompt([], "", "", ask), 5);
        ask();
      });
    });
    await using bench = await benchFor(port, 400);
    bench.answerAll(() => ({ kind: "trust", remember: false }));
    expect(await rejectedWith(bench.ssh.connect("node01"))).toMatchObject({
      code: "ssh.timeout",
      title: expect.stringContaining("(authentication)"),
    });
  });

  test("a connection that ends in the middle of a command is a fault with what was printed so far", async () => {
    const port = await sshServer((client) => {
      client.on("authentication", (context) => context.accept());
      client.on("session", (accept) => {
        accept().on("exec", (acceptExec) => {
          const channel = acceptExec();
          channel.write("half a li", () => setTimeout(() => (Reflect.get(client, "_sock") as Socket).destroy(), 20));
        });
      });
    });
    await using bench = await benchFor(port, 3000);
    bench.answerAll(() => ({ kind: "trust", remember: false }));
    expect(await rejectedWith(bench.ssh.run("node01", ["dmesg"]))).toMatchObject({
      code: "ssh.connection-lost",
      evidence: "half a li",
      retry: true,
      subject: "node01",
    });
  });

  test("a channel that is never confirmed ends with the command's time, and is closed when it comes late", async () => {
    const port = await sshServer((client) => {
      client.on("authentication", (context) => context.accept());
      client.on("session", () => undefined); // neither accepted nor rejected
    });
    await using bench = await benchFor(port, 3000);
    bench.answerAll(() => ({ kind: "trust", remember: false }));
    expect(await rejectedWith(bench.ssh.run("node01", ["true"], { timeoutMs: 600 }))).toMatchObject({
      code: "ssh.not-ready",
    });
  });
});
