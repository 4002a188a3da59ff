/** The simulated cube: one 18-port FDR switch and five two-port ConnectX-3 HCAs, port 1 of each cabled to the switch. */

export const hostNumbers: readonly number[] = [1, 2, 3, 4, 5];
export const switchId = "S-f452140300c0ffe0";

const switchGuid = 0xf452140300c0ffe0n;
const firstHcaGuid = 0xf452140300a10010n;

/** `node03` for 3. */
export const hostName = (n: number): string => `node${String(n).padStart(2, "0")}`;

/** Node description, as rdma-ndd sets it; also the name by which a simulator client says whose eyes it uses. */
export const nodeDescription = (n: number): string => `${hostName(n)} mlx4_0`;

/** Node GUID of host n's HCA. */
export const hcaGuid = (n: number): bigint => firstHcaGuid + BigInt(n - 1) * 0x10n;

export const hcaId = (n: number): string => `H-${hex(hcaGuid(n))}`;

/** How a cable's link differs from 4X FDR: both ends of it are held to this. */
export interface Degraded {
  readonly width?: "1X";
  readonly speed?: "SDR" | "DDR" | "QDR" | "FDR10";
}

/** Masks of ibsim: widths 1 is 1X and 2 is 4X, speeds 1, 2, 4 are SDR, DDR, QDR, extended speed 1 is FDR. */
function portOptions({ width, speed }: Degraded): string {
  const masks = { SDR: "s=1 e=0", DDR: "s=3 e=0", QDR: "s=7 e=0", FDR10: "s=7 e=0", FDR: "s=7 e=1" };
  const options = `\tw=${width === "1X" ? 1 : 3} ${masks[speed ?? "FDR"]}`;
  return speed === "FDR10" ? `${options}\t# "x" lid 0 4xFDR10` : options;
}

/** The netlist ibsim loads; its format is ibnetdiscover's output with headers. `degraded` by host number. */
export function netlist(degraded: ReadonlyMap<number, Degraded> = new Map()): string {
  const options = (n: number): string => {
    const link = degraded.get(n);
    return link === undefined ? "" : portOptions(link);
  };
  return [
    // Both ends must be allowed 4X (w=2) and FDR (e=1): ibsim enables only 4X SDR by itself.
    "width=3\nspeed=7\nextspeed=1\n",
    // ConnectX-3: system image GUID is the node's plus 3, port 1's is plus 1.
    ...hostNumbers.map(
      (n) =>
        `vendid=0x2c9\ndevid=0x1003\nsysimgguid=0x${hex(hcaGuid(n) + 3n)}\ncaguid=0x${hex(hcaGuid(n))}\n` +
        `Ca\t2 "${hcaId(n)}"\t\t# "${nodeDescription(n)}"\n[1]\t"${switchId}"[${n}]${options(n)}\n`,
    ),
    `vendid=0x2c9\ndevid=0xc738\nsysimgguid=0x${hex(switchGuid)}\nswitchguid=0x${hex(switchGuid)}\n` +
      `Switch\t18 "${switchId}"\t\t# "MF0;sw1:SX6018/U1" enhanced port 0\n` +
      `${hostNumbers.map((n) => `[${n}]\t"${hcaId(n)}"[1]${options(n)}`).join("\n")}\n`,
  ].join("\n");
}

export function hex(guid: bigint): string {
  return guid.toString(16).padStart(16, "0");
}
