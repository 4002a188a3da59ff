import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as YAML from "yaml";
import { labSchema } from "../../electron/contract/lab.ts";
import { outputOf } from "../process-output.ts";
import { startTestLab, type TestLab, whyNoTestLab } from "./lab.ts";
import { marked } from "./processes.ts";

const reason = whyNoTestLab();

describe.skipIf(reason !== "")(`the real test lab${reason && ` (skipped: ${reason})`}`, () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await startTestLab();
  });
  afterAll(() => lab?.stop());

  test("a real login lands on the host it asked for", async () => {
    const answers = await Promise.all(lab.hosts.map((host) => ssh(lab, host.name, "hostname; pwd")));
    expect(answers).toEqual(
      lab.hosts.map(({ name }) => ({ code: 0, stdout: `${name}\n${join(lab.dir, name, "home")}\n`, stderr: "" })),
    );
  });

  test("ibstat answers on each host from its own node", async () => {
    const answers = await Promise.all(lab.hosts.map((host) => ssh(lab, host.name, "ibstat")));
    expect(answers.map(({ stdout }) => /Node GUID: (\S+)/.exec(stdout)?.[1])).toEqual([
      "0xf452140300a10010",
      "0xf452140300a10020",
      "0xf452140300a10030",
      "0xf452140300a10040",
      "0xf452140300a10050",
    ]);
    for (const { code, stdout } of answers) {
      expect(code).toBe(0);
      expect(stdout).toMatch(/State: Active\n\s+Physical state: LinkUp\n\s+Rate: 56\n/);
    }
  });

  test("more tools at once than the simulator has seats for are all served", async () => {
    const answers = await Promise.all(
      lab.hosts.flatMap((host) =>
        ["iblinkinfo --line", "ibnetdiscover", "perfquery"].map((tool) => ssh(lab, host.name, tool)),
      ),
    );
    expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 0));
  });

  test("a pulled cable is Down for the real iblinkinfo, and Active again when plugged", async () => {
    await lab.pullCable(3);
    expect(await switchPort(lab, 3)).toMatch(/Down\/ *Polling/);
    expect(await switchPort(lab, 2)).toMatch(/4X +14\.0625 Gbps Active\/ *LinkUp/);
    await lab.plugCable(3);
    expect(await switchPort(lab, 3)).toMatch(/4X +14\.0625 Gbps Active\/ *LinkUp.*"node03 mlx4_0"/);
  });

  test("two swapped cables are Active, each in the other's port", async () => {
    await lab.swapCables(2, 3);
    expect(await switchPort(lab, 2)).toMatch(/Active\/ *LinkUp.*"node03 mlx4_0"/);
    expect(await switchPort(lab, 3)).toMatch(/Active\/ *LinkUp.*"node02 mlx4_0"/);
  });

  test("a fabric started anew with poor links runs them narrow and slow, and all others as they were wired", async () => {
    await lab.degrade(
      new Map([
        [3, { speed: "FDR10" }],
        [4, { width: "1X" }],
        [5, { speed: "QDR" }],
      ]),
    );
    expect(await switchPort(lab, 2)).toMatch(/4X +14\.0625 Gbps Active.*"node02 mlx4_0"/);
    expect(await switchPort(lab, 3)).toMatch(/4X +10\.0 Gbps \(FDR10\) Active.*"node03 mlx4_0"/);
    expect(await switchPort(lab, 4)).toMatch(/1X +14\.0625 Gbps Active/);
    expect(await switchPort(lab, 5)).toMatch(/4X +10\.0 Gbps Active/);
    await lab.degrade(new Map());
    expect(await switchPort(lab, 5)).toMatch(/4X +14\.0625 Gbps Active/);
  });

  test("errors that are counted on a port are what ibqueryerrors tells of it", async () => {
    await lab.setCounter(3, "PortCounters.SymbolErrorCounter", 1234);
    const { code, stdout } = await ssh(lab, "node01", "ibqueryerrors");
    expect(code).toBe(1);
    expect(stdout).toMatch(/ port 3: \[SymbolErrorCounter == 1234\]/);
  });

  test("an HCA whose packets are lost does not answer, on a link that is up", async () => {
    await lab.losePackets(4, 100);
    expect(await switchPort(lab, 4)).toMatch(/Active\/ *LinkUp\)==> +"Port not available"/);
    await lab.losePackets(4, 0);
    expect(await switchPort(lab, 4)).toContain('"node04 mlx4_0"');
  });

  test("without its subnet manager nobody answers sminfo and links stay Active; started again, it does", async () => {
    await lab.stopManager();
    expect(await ssh(lab, "node02", "sminfo")).toMatchObject({ code: 255, stdout: expect.stringContaining("failed") });
    expect(await switchPort(lab, 2)).toMatch(/Active\/ *LinkUp/);
    await lab.startManager();
    expect(await ssh(lab, "node02", "sminfo")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("SMINFO_MASTER"),
    });
  });

  test("a host with a new key is refused by a client that knows the old one", async () => {
    await lab.rekey(5);
    const answer = await ssh(lab, "node05", "true");
    expect(answer.code).toBe(255);
    expect(answer.stderr).toContain("REMOTE HOST IDENTIFICATION HAS CHANGED");
  });

  test("a stopped host refuses and takes its sessions with it; started, it serves again", async () => {
    const session = sshProcess(lab, "node02", "echo ready; exec sleep 600");
    await once(session.stdout, "data");
    const ended = once(session, "exit");
    await lab.stopHost(2);
    expect((await ended)[0]).toBe(255);
    expect((await ssh(lab, "node02", "true")).stderr).toContain("Connection refused");
    await lab.startHost(2);
    expect((await ssh(lab, "node02", "hostname")).stdout).toBe("node02\n");
  });

  test("a frozen host accepts and never greets", async () => {
    lab.freezeHost(4);
    const answer = await ssh(lab, "node04", "true", "-oConnectTimeout=1");
    expect(answer.stderr).toMatch(/timed out during banner exchange/);
    lab.thawHost(4);
    expect((await ssh(lab, "node04", "hostname")).stdout).toBe("node04\n");
  });

  test("a terminal finds the tools too, and says which host it is on", async () => {
    const session = sshProcess(lab, "node04", "", "-tt");
    session.stdin.write("type -p ibstat; exit\n");
    const { stdout } = await outputOf(session);
    expect(stdout).toContain("@node04:~");
    expect(stdout).toContain(join(lab.dir, "bin", "ibstat"));
  });

  test("the lab file follows the contract's schema", async () => {
    const described = labSchema.parse(YAML.parse(await readFile(lab.labFile, "utf8")));
    expect(described.devices.map(({ name }) => name)).toEqual(["sw1", ...lab.hosts.map(({ name }) => name)]);
    expect(described.cables).toHaveLength(5);
  });
});

describe.skipIf(reason !== "")(`the end of a test lab${reason && ` (skipped: ${reason})`}`, () => {
  test("stop() leaves no process and no folder", async () => {
    const lab = await startTestLab();
    const detached = await ssh(lab, "node01", "setsid sleep 600 >/dev/null 2>&1 & echo started");
    expect(detached.stdout).toBe("started\n");
    expect((await marked(lab.dir)).length).toBeGreaterThan(6);
    await lab.stop();
    expect(await marked(lab.dir)).toEqual([]);
    expect(existsSync(lab.dir)).toBe(false);
  });

  test("a killed owner leaves no process and no folder either", async () => {
    const owner = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    owner.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const dir = await vi.waitFor(() => {
      const found = /Lab file +(\S+)\/lab\.yaml/.exec(said)?.[1];
      if (!found) throw new Error(`no lab file in: ${said}`);
      return found;
    }, 20_000);
    expect((await marked(dir)).length).toBeGreaterThan(6);
    owner.kill("SIGKILL");
    await vi.waitFor(() => expect(existsSync(dir)).toBe(false), 10_000);
    expect(await marked(dir)).toEqual([]);
  });
});

function sshProcess(lab: TestLab, host: string, command: string, ...options: string[]) {
  return spawn("ssh", ["-F", lab.sshConfig, "-oBatchMode=yes", ...options, host, ...(command ? [command] : [])], {
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function ssh(lab: TestLab, host: string, command: string, ...options: string[]) {
  const child = sshProcess(lab, host, command, ...options);
  child.stdin.end();
  return outputOf(child);
}

async function switchPort(lab: TestLab, port: number): Promise<string> {
  const { stdout } = await ssh(lab, "node01", "iblinkinfo --line --switches-only");
  return stdout.split("\n").find((line) => new RegExp(`^\\S+ +"[^"]*" +\\d+ +${port}\\[`).test(line)) ?? stdout;
}
