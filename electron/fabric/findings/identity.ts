/** Decides when nodes cannot be told apart, or a port is not what the plan takes it for: names, LIDs, GUIDs, port types. */
import type { FabricNode, Finding } from "../../contract/fabric.ts";
import { portKey } from "../../contract/fabric-words.ts";
import { readGuid } from "../../contract/guid.ts";
import { endText } from "../../contract/words.ts";
import { isNameless, type Places } from "../places.ts";
import type { FindingInputs, Rule } from "./findings.ts";

/** Named in one title; the rest is counted. */
const namedAtMost = 4;

export const identityRules: readonly Rule[] = [sameGuids, sameLids, ethernetPorts, sameDescriptions, nameless];

function list(items: readonly string[]): string {
  const more = items.length - namedAtMost;
  return `${items.slice(0, namedAtMost).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Where a node is plugged in: what tells it from its twin. */
function placeOf(places: Places, node: FabricNode): string {
  for (const { number } of node.ports) {
    const link = places.link({ node: node.guid, port: number });
    if (link === null) continue;
    const far = link.a.node === node.guid && link.a.port === number ? link.b : link.a;
    return `${node.guid} at ${endText(places.nameOf(far))}`;
  }
  return node.guid;
}

const evidenceOf = (nodes: readonly FabricNode[]): Finding["evidence"] =>
  nodes.slice(0, 8).map(({ guid, description }) => ({ source: "fabric", line: 0, text: `${guid} "${description}"` }));

function sameDescriptions({ places }: FindingInputs): readonly Finding[] {
  const named = Map.groupBy(
    places.nodes.filter(({ description }) => !isNameless(description)),
    ({ description }) => description,
  );
  return [...named].flatMap(([description, twins]) => {
    const [first] = twins;
    // The ports of one HCA that is known by their GUIDs alone are one node, not twins.
    const ports = new Set(twins.flatMap(({ guidKind, ports }) => (guidKind === "port" ? [ports[0]?.number] : [])));
    if (first === undefined || twins.length < 2 || ports.size === twins.length) return [];
    return [
      {
        id: `node.same-name ${description}`,
        rule: "node.same-name",
        severity: "warning" as const,
        subject: { device: description, node: first.guid },
        title: `${twins.length} nodes call themselves "${description}": ${list(twins.map((node) => placeOf(places, node)))}`,
        detail:
          "By name they cannot be told apart, so neither is taken for a device of the lab file unless a GUID tells.",
        next: "Give each host its own name (rdma-ndd takes it over), or write the HCAs' GUIDs to the lab file.",
        evidence: evidenceOf(twins),
      },
    ];
  });
}

function nameless({ places }: FindingInputs): readonly Finding[] {
  const unnamed = places.nodes.filter(
    ({ description, type }) => type !== "switch" && isNameless(description) && description !== "",
  );
  const [first] = unnamed;
  if (first === undefined) return [];
  const words = unnamed.length === 1 ? "A node has" : `${unnamed.length} nodes have`;
  return [
    {
      id: "node.default-name",
      rule: "node.default-name",
      severity: "info",
      subject: {
        device: places.nameOf({ node: first.guid, port: first.ports[0]?.number ?? 1 }).device,
        node: first.guid,
      },
      title: `${words} the name they were made with, such as "${first.description}": ${list(unnamed.map((node) => placeOf(places, node)))}`,
      detail: "Such a name tells the model and not the host. Only GUIDs tell which device it is.",
      next: "Let rdma-ndd set the names, or write them to /sys/class/infiniband/*/node_desc.",
      evidence: evidenceOf(unnamed),
    },
  ];
}

/** A LID is given to one port; a switch has one for all of its ports. */
function sameLids({ places }: FindingInputs): readonly Finding[] {
  const holders = new Map<number, Map<string, { readonly node: FabricNode; readonly port: number }>>();
  for (const node of places.nodes) {
    for (const { number, lid, state } of node.ports) {
      if (lid === undefined || lid === 0 || state === "Down") continue;
      const held = holders.get(lid) ?? new Map();
      held.set(node.type === "switch" ? node.guid : portKey(node.guid, number), { node, port: number });
      holders.set(lid, held);
    }
  }
  return [...holders].flatMap(([lid, held]) => {
    const [first] = held.values();
    if (first === undefined || held.size < 2) return [];
    const ends = [...held.values()].map(({ node, port }) => endText(places.nameOf({ node: node.guid, port })));
    return [
      {
        id: `port.same-lid ${lid}`,
        rule: "port.same-lid",
        severity: "error" as const,
        subject: { device: places.nameOf({ node: first.node.guid, port: first.port }).device, node: first.node.guid },
        title: `LID ${lid} is held by ${held.size} ports: ${list(ends)}`,
        detail:
          "Packets for a LID reach one of them at most. It happens after two fabrics were joined, or when a port kept an old LID while no subnet manager was there.",
        next: "Let the subnet manager assign LIDs anew (opensm -r), after making sure that there is one master only.",
        evidence: [...held.values()].slice(0, 8).map(({ node, port }) => ({
          source: "fabric",
          line: 0,
          text: `${node.guid} "${node.description}" port ${port}: LID ${lid}`,
        })),
      },
    ];
  });
}

/** GUIDs are burnt in; two of one come from cloned firmware or a slip in the lab file. */
function sameGuids({ lab, devices }: FindingInputs): readonly Finding[] {
  const planned = lab.devices.flatMap(({ name: device, hcas = [] }) =>
    hcas.flatMap((hca) => {
      const guid = hca.guid === undefined ? null : readGuid(hca.guid);
      return guid === null ? [] : [{ guid, device, name: hca.name, source: "lab file" }];
    }),
  );
  const reported = lab.devices.flatMap(({ name: device }) =>
    (devices[device]?.hcas ?? []).flatMap(({ name, nodeGuid }) =>
      nodeGuid === null ? [] : [{ guid: nodeGuid, device, name, source: `ibstat on ${device}` }],
    ),
  );
  return [planned, reported].flatMap((claims) =>
    [...Map.groupBy(claims, ({ guid }) => guid)].flatMap(([guid, same]) => {
      const [first] = same;
      if (first === undefined || same.length < 2) return [];
      const inFile = claims === planned;
      return [
        {
          id: `node.same-guid ${inFile ? "planned" : "reported"} ${guid}`,
          rule: "node.same-guid",
          severity: "error" as const,
          subject: { device: first.device, node: guid },
          title: `${list(same.map(({ device, name }) => `${device} ${name}`))} ${inFile ? "have one GUID in the lab file" : "report one node GUID"}: ${guid}`,
          detail: inFile
            ? "A GUID belongs to one HCA. The first of them is taken for it; the others are told by their names."
            : "Node GUIDs are burnt into the card. Two hosts that report one are the same host reached twice, or a card's firmware was copied with its GUID.",
          next: inFile
            ? "Compare with ibstat on each host and correct the lab file."
            : "Check the addresses of both in the lab file; then burn the card's own GUID again (mstflint).",
          evidence: same.map(({ device, name, source }) => ({ source, line: 0, text: `${device} ${name}: ${guid}` })),
        },
      ];
    }),
  );
}

/** ConnectX ports speak either; a planned cable of InfiniBand cannot work on one that speaks Ethernet. */
function ethernetPorts({ lab, cables, places }: FindingInputs): readonly Finding[] {
  const ids = new Map(cables.map(({ planned, id }) => [planned, id]));
  return lab.cables.flatMap((cable, index) =>
    [cable.from, cable.to].flatMap((end) => {
      const { planned } = places.end(end);
      if (planned === null || !places.isEthernet(planned)) return [];
      const id = ids.get(index);
      return [
        {
          id: `port.ethernet ${end.device} ${end.port}`,
          rule: "port.ethernet",
          severity: "error" as const,
          subject: { device: end.device, port: end.port, ...(id === undefined ? {} : { cable: id }) },
          title: `${endText(end)} is in Ethernet mode, and the plan has an InfiniBand cable there`,
          detail:
            "The port of a VPI card speaks one or the other. As long as it speaks Ethernet, no link to an InfiniBand port trains.",
          next: "Set its type to InfiniBand (mlxconfig LINK_TYPE_P1=1, or echo ib to the driver's mlx4_port1), then restart the driver.",
          evidence: [
            {
              source: `ibstat on ${end.device}`,
              line: 0,
              text: `${planned.owner.hca} port ${planned.port}: Link layer: Ethernet`,
            },
          ],
        },
      ];
    }),
  );
}
