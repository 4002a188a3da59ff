/** A real ssh-agent for one test. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Agent extends AsyncDisposable {
  readonly socket: string;
  add(keyFile: string): void;
}

export async function startAgent(): Promise<Agent> {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-agent-"));
  const socket = join(dir, "agent");
  const child = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data"); // it names the socket once it listens
  return {
    socket,
    add: (keyFile) =>
      void execFileSync("ssh-add", ["-q", keyFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: "ignore",
      }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
