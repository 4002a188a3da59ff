/** A BMC: OpenIPMI's simulator, asked by the real ipmitool. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCommand } from "../lab/packages.ts";
import { until } from "../until.ts";

const lacks = ["ipmitool", "ipmi_sim"].filter((command) => findCommand(command) === null);
export const whyNoIpmiSim =
  lacks.length > 0 ? `(skipped: ${lacks.join(" and ")} missing; Debian: ipmitool openipmi)` : "";

const freeUdpPort = () =>
  new Promise<number>((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });

export interface IpmiSim extends AsyncDisposable {
  readonly login: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly cipher: number;
  };
}

/** `fru`: what its memory of replaceable units holds; none where it is left out. */
export async function startIpmiSim({ fru }: { readonly fru?: Uint8Array } = {}): Promise<IpmiSim> {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-bmc-"));
  const port = await freeUdpPort();
  const auths = ["callback", "user", "operator", "admin"].map(
    (level) => `allowed_auths_${level} none md2 md5 straight`,
  );
  const lan = [
    'name "bmc1"',
    "set_working_mc 0x20",
    "startlan 1",
    `addr 127.0.0.1 ${port}`,
    "priv_limit admin",
    ...auths,
    "endlan",
    'user 1 false "" "x" user 10 none md2 md5 straight',
    'user 2 true "admin" "labpass1" admin 10 none md2 md5 straight',
  ];
  const file = join(dir, "fru.bin");
  if (fru) await writeFile(file, fru);
  const events = [
    "mc_setbmc 0x20",
    "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x002a7c 0x0f02",
    "sel_enable 0x20 1000 0x0a",
    ...(fru ? [`mc_add_fru_data 0x20 0 ${fru.length} file 0 "${file}"`] : []),
    "mc_enable 0x20",
  ];
  await writeFile(join(dir, "lan.conf"), `${lan.join("\n")}\n`);
  await writeFile(join(dir, "bmc.emu"), `${events.join("\n")}\n`);
  const state = ["-s", dir];
  const sim = spawn("ipmi_sim", ["-n", "-c", join(dir, "lan.conf"), "-f", join(dir, "bmc.emu"), ...state], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<void>((resolve) => sim.once("exit", () => resolve()));
  await until("the simulator to listen", async () =>
    (await readFile("/proc/net/udp", "latin1")).includes(`:${port.toString(16).toUpperCase().padStart(4, "0")} `),
  );
  return {
    login: { host: "127.0.0.1", port, user: "admin", password: "labpass1", cipher: 3 },
    async [Symbol.asyncDispose]() {
      sim.kill("SIGKILL");
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A field of 8-bit text (IPMI FRU Information Storage Definition 1.0, 13). */
const field = (text: string) => Buffer.concat([Buffer.from([0xc0 | text.length]), Buffer.from(text, "latin1")]);

/** Length in multiples of eight bytes, the end of the fields, and the sum that makes it zero. */
function area(head: readonly number[], fields: readonly string[]): Buffer {
  const body = Buffer.concat([Buffer.from([1, 0, ...head]), ...fields.map(field), Buffer.from([0xc1])]);
  const whole = Buffer.alloc(Math.ceil((body.length + 1) / 8) * 8);
  body.copy(whole);
  whole[1] = whole.length / 8;
  whole[whole.length - 1] = -whole.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return whole;
}

/** A board's and a product's area of `ipmitool fru print`: maker, name, serial and so on, as the definition orders them. */
export function fruOf(board: readonly string[], product: readonly string[]): Buffer {
  // language English, made at no known time
  const areas = [area([25, 0, 0, 0], board), area([25], product)];
  const head = Buffer.from([1, 0, 0, 1, 1 + (areas[0]?.length ?? 0) / 8, 0, 0, 0]);
  head[7] = -head.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return Buffer.concat([head, ...areas]);
}
