/** Writes the practice lab's lab file. */
import { switchFacts } from "./machines.ts";
import { cubeOf, type Server } from "./model.ts";

export interface LabFileAddresses {
  readonly identityFile: string;
  /** TCP ports on 127.0.0.1 by device name. */
  readonly sshPorts: ReadonlyMap<string, number>;
  readonly bmcPorts: ReadonlyMap<string, number>;
}

/** A double-quoted YAML scalar (JSON strings are YAML). */
const text = (value: string) => JSON.stringify(value);

export function labFile({ identityFile, sshPorts, bmcPorts }: LabFileAddresses): string {
  const { servers } = cubeOf(new Set());
  const device = (server: Server) => `  - name: ${server.name}
    type: ${server.typeSlug}
    rack: cube
    unit: ${server.unit}
    role: ${server.role}
    ssh: { host: 127.0.0.1, port: ${sshPorts.get(server.name)}, user: root, identityFile: ${text(identityFile)} }
    bmc: { host: 127.0.0.1, port: ${bmcPorts.get(server.name)}, kind: ${server.bmc}, user: ${server.bmc === "ilo" ? "Administrator" : "root"} }
    hcas:
      - { name: ${server.hca.name}, model: ConnectX-3, ports: ${server.hca.ports.length}, guid: "${server.hca.nodeGuid}" }
    expect: { sockets: ${server.sockets}, cores: ${server.sockets * server.cpu.coresPerSocket}, memoryGiB: ${server.memoryGiB} }
`;
  return `# This is the practice lab: it lives inside the app, on this computer only.
# The file is written anew each time the practice lab starts; copy it elsewhere to keep changes.
halfrack: 1
name: Practice lab (the cube)

racks:
  - name: cube
    units: 20

devices:
  # The primary board is at the bottom: it is the heaviest.
${servers.map(device).join("")}
  # The switch speaks only the SSH algorithms of its age, as the real one does.
  - name: ${switchFacts.name}
    type: mellanox-sx6018
    rack: cube
    unit: ${switchFacts.unit}
    ssh: { host: 127.0.0.1, port: ${sshPorts.get(switchFacts.name)}, user: admin, identityFile: ${text(identityFile)} }

cables:
  # Node 1 on switch port 1, and so on.
${servers
  .map(
    (server) =>
      `  - { from: { device: ${server.name}, port: ${server.hca.name}/1 }, to: { device: ${switchFacts.name}, port: "${server.number}" }, width: 4X, speed: FDR, label: "IB-${server.number}" }\n`,
  )
  .join("")}`;
}
