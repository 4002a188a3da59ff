/** Keys exchanged anew in the middle of a session, by ssh2's own server: OpenSSH's shows one host key for a connection's life. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import ssh2 from "ssh2";
import { expect, test, vi } from "vitest";
import { type Bench, createBench, deviceFor } from "./bench.ts";

const patient = { timings: { stageTimeoutMs: 60_000, keepaliveIntervalMs: 60_000 } };

/** A server that logs everybody in; `changeKey` gives it another host key from the next exchange on. */
async function openServer() {
  const connections: ssh2.Connection[] = [];
  const server = new ssh2.Server({ hostKeys: [ssh2.utils.generateKeyPairSync("ed25519").private] }, (connection) => {
    connections.push(connection);
    connection.on("error", () => undefined).on("authentication", (login) => login.accept());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    changeKey() {
      const other = ssh2.utils.parseKey(ssh2.utils.generateKeyPairSync("ed25519").private);
      const protocol: unknown = connections[0] && Reflect.get(connections[0], "_protocol");
      Object.assign(Reflect.get(protocol as object, "_hostKeys") as object, { "ssh-ed25519": other });
    },
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function connected(port: number): Promise<Bench> {
  const bench = await createBench({
    devices: [deviceFor("node01", { host: "127.0.0.1", port, identity: "/nowhere" })],
    deps: patient,
  });
  bench.answerAll(() => ({ kind: "trust", remember: true }));
  await bench.ssh.connect("node01");
  return bench;
}

const rekey = (connection: ssh2.Connection | undefined) =>
  new Promise<void>((resolve) => connection?.rekey(() => resolve()));

test("the same host key goes on", async () => {
  await using server = await openServer();
  await using bench = await connected(server.port);
  await rekey(server.connections[0]);
  expect(bench.ssh.state.get().connections.node01?.status).toBe("connected");
  expect(server.connections).toHaveLength(1);
});

test("another host key ends the connection at once, and the next attempt is refused as changed", async () => {
  await using server = await openServer();
  await using bench = await connected(server.port);
  server.changeKey();
  void rekey(server.connections[0]);
  await vi.waitFor(() => expect(bench.ssh.state.get().connections.node01?.status).toBe("failed"), 5000);
  expect(bench.ssh.state.get().connections.node01?.fault?.code).toBe("ssh.host-key-changed");
  expect(bench.ssh.state.get().changedKeys).toMatchObject([{ device: "node01" }]);
});
