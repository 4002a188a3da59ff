/** Owns the one truth of the practice lab: what is plugged where and in which state, for a set of broken things. */
import { invariant } from "../contract/error.ts";
import { type Machine, machines, switchFacts } from "./machines.ts";
import type { ScenarioId } from "./scenarios.ts";

export interface Slot {
  /** GT/s of the trained link and what the card could do. */
  readonly currentGts: number;
  readonly maxGts: number;
  readonly currentWidth: number;
  readonly maxWidth: number;
}

/** One port of an HCA; every port in this lab either runs 4X FDR or is Down/Polling. */
export interface HcaPort {
  readonly number: number;
  readonly guid: string;
  readonly up: boolean;
  readonly lid: number;
  readonly smLid: number;
}

export interface Server extends Machine {
  readonly on: boolean;
  readonly hca: {
    readonly name: string;
    readonly firmware: string;
    readonly nodeGuid: string;
    readonly systemGuid: string;
    readonly description: string;
    readonly ports: readonly HcaPort[];
  };
  readonly slot: Slot;
  /** Port of the switch its cable is in, null when the cable is pulled. */
  readonly switchPort: number | null;
  readonly address: string;
  readonly runsSubnetManager: boolean;
}

export interface SwitchPort {
  readonly number: number;
  readonly up: boolean;
  /** Shut on the switch: it is Disabled, and the HCA at the other end polls in vain. */
  readonly shut: boolean;
  /** Name of the server whose HCA answers at the other end of a link that is up. */
  readonly peer: string | null;
}

export interface Cube {
  readonly servers: readonly Server[];
  readonly ports: readonly SwitchPort[];
}

const guidOf = (number: number, offset: number) =>
  `0x${(0xf452140300a10000n + BigInt(number * 16 + offset)).toString(16)}`;

/** Switch port of each server by plan is its number; scenarios move or pull. */
function switchPortOf(number: number, active: ReadonlySet<ScenarioId>): number | null {
  if (active.has("pull-cable") && number === 4) return null;
  if (active.has("swap-cables") && (number === 2 || number === 3)) return 5 - number;
  return number;
}

const none: ReadonlySet<number> = new Set();

/** The lab with these things broken, and these ports of the switch shut. */
export function cubeOf(active: ReadonlySet<ScenarioId>, shut: ReadonlySet<number> = none): Cube {
  const servers = machines.map((machine): Server => {
    const { number } = machine;
    const on = !(active.has("node-down") && number === 5);
    const switchPort = switchPortOf(number, active);
    return {
      ...machine,
      on,
      switchPort,
      address: `10.20.0.${10 + number}`,
      runsSubnetManager: number === 1,
      hca: {
        name: "mlx4_0",
        firmware: "2.42.5000",
        nodeGuid: guidOf(number, 0),
        systemGuid: guidOf(number, 3),
        description: `${machine.name} mlx4_0`,
        ports: [
          // A port keeps its LIDs when the link goes down; only the subnet manager gives new ones.
          {
            number: 1,
            guid: guidOf(number, 1),
            up: on && switchPort !== null && !shut.has(switchPort),
            lid: number,
            smLid: 1,
          },
          { number: 2, guid: guidOf(number, 2), up: false, lid: 0, smLid: 0 },
        ],
      },
      slot: {
        // Chipsets of this age offer PCIe 2.0 to a PCIe 3.0 card.
        currentGts: active.has("slow-slot") && number === 3 ? 2.5 : 5,
        maxGts: 8,
        currentWidth: 8,
        maxWidth: 8,
      },
    };
  });
  const ports = Array.from({ length: switchFacts.ports }, (_, index): SwitchPort => {
    const number = index + 1;
    const peer = servers.find((server) => server.switchPort === number && firstPort(server).up);
    return { number, up: peer !== undefined, shut: shut.has(number), peer: peer?.name ?? null };
  });
  return { servers, ports };
}

/** The server of that name; only for names that come from the model itself. */
export function serverNamed(cube: Cube, name: string): Server {
  const server = cube.servers.find((one) => one.name === name);
  invariant(server, `no server ${name} in the practice lab`);
  return server;
}

export const firstPort = (server: Server): HcaPort => {
  const port = server.hca.ports[0];
  invariant(port, "every HCA has a port");
  return port;
};
