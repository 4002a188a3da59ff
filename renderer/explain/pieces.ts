/** Decides which pieces stand between a processor and a cable's far end, in order, and which of them is a ceiling. */
import type { Ceiling, ExplainedHost, Explanation } from "../../electron/contract/explain.ts";
import { endText } from "../../electron/contract/words.ts";

export type Piece =
  | {
      readonly kind: "node";
      readonly key: string;
      readonly mark: "CPU" | "PCIe" | "HCA" | "Switch";
      readonly title: string;
      readonly detail: string;
    }
  | {
      readonly kind: "pipe";
      readonly key: string;
      /** `4X FDR`; null where nothing was read. */
      readonly figure: string | null;
      readonly gbps: number | null;
      readonly payloadGbps: number | null;
      readonly detail: string;
      /** The one that bounds the cable, and whether something is to be mended or moved for it. */
      readonly ceiling: "limit" | "best" | null;
      readonly matches: boolean;
    };

export function piecesOf(explanation: Explanation): readonly Piece[] {
  const [near, ...others] = explanation.hosts;
  const far = others[0];
  const [switchPort] = explanation.switchPorts;
  const farLink = explanation.ceilings.find(({ kind, far: isFar }) => kind === "link" && isFar);
  return [
    ...(near ? hostPieces(explanation, near) : []),
    linkPiece(explanation),
    ...explanation.switchPorts.map((port): Piece => {
      const state = port.state === "Active" ? port.state : `${port.state}, ${port.physState}`;
      const link = [port.width, port.speed].filter(Boolean).join(" ");
      return {
        kind: "node",
        key: `${port.device} ${port.port}`,
        mark: "Switch",
        title: endText(port),
        detail: [state, link].filter(Boolean).join(", "),
      };
    }),
    ...(far && switchPort && farLink ? [pipeOf(explanation, farLink, "to the other host")] : []),
    ...(far ? hostPieces(explanation, far).toReversed() : []),
  ];
}

/** From the processor to the card. */
function hostPieces(explanation: Explanation, host: ExplainedHost): readonly Piece[] {
  const { device, hca, port, path } = host;
  const card = [hca, port === null ? "" : `port ${port}`].filter(Boolean).join(" ");
  const links = path.toReversed().flatMap((link, index): Piece[] => {
    const ceiling = link.narrowest ? explanation.ceilings.find((each) => isOf(each, host)) : undefined;
    const bridge = index === 0 ? [] : [bridgePiece(device, path[path.length - index]?.address ?? "")];
    const key = `${device} ${link.address || index}`;
    const pipe = {
      key,
      figure: link.figure,
      gbps: link.gbps,
      payloadGbps: link.payloadGbps,
      detail: canWords(link, link === path[0]),
    };
    return [...bridge, { kind: "pipe", ...pipe, ...markOf(explanation, ceiling) }];
  });
  const unread: Piece = {
    kind: "pipe",
    key: `${device} unread`,
    figure: null,
    gbps: null,
    payloadGbps: null,
    detail: "PCIe path not read",
    ceiling: null,
    matches: false,
  };
  return [
    { kind: "node", key: `${device} cpu`, mark: "CPU", title: device, detail: "" },
    ...(links.length > 0 ? links : [unread]),
    { kind: "node", key: `${device} hca`, mark: "HCA", title: card || "HCA", detail: "" },
  ];
}

const bridgePiece = (device: string, address: string): Piece => ({
  kind: "node",
  key: `${device} bridge ${address}`,
  mark: "PCIe",
  title: "bridge",
  detail: address,
});

/** What the ends can, where that is more or less than what the link runs at. */
function canWords({ can, aboveCan, figure }: ExplainedHost["path"][number], own: boolean): string {
  const ends = [
    [own ? "card" : "lower end", can],
    [own ? "slot" : "upper end", aboveCan],
  ] as const;
  const other = ends.flatMap(([what, words]) =>
    words !== null && words !== figure ? [`${what} can ${words.replace("PCIe ", "")}`] : [],
  );
  return other.join(", ");
}

function linkPiece(explanation: Explanation): Piece {
  const { link } = explanation;
  const ceiling = explanation.ceilings.find(({ kind, far }) => kind === "link" && !far);
  const { width, speed } = link.couldBe;
  const better = width || speed ? `both ends can ${[width ?? link.width, speed ?? link.speed].join(" ")}` : "";
  const down = link.state === "Active" || link.state === "Unknown" ? "" : `${link.state}, ${link.physState}`;
  const pipe = {
    key: "link",
    figure: link.figure || null,
    gbps: down ? null : link.gbps,
    payloadGbps: null,
    detail: down || better || (link.figure ? "" : "link not read"),
  };
  return { kind: "pipe", ...pipe, ...markOf(explanation, ceiling) };
}

function pipeOf(explanation: Explanation, ceiling: Ceiling, detail: string): Piece {
  const { figure, gbps } = ceiling;
  return { kind: "pipe", key: "far link", figure, gbps, payloadGbps: null, detail, ...markOf(explanation, ceiling) };
}

function markOf(explanation: Explanation, ceiling: Ceiling | undefined) {
  const index = ceiling === undefined ? -1 : explanation.ceilings.indexOf(ceiling);
  const poor = ceiling?.kind === "pcie" || ceiling?.belowAble === true;
  return {
    ceiling: index === 0 ? (poor ? ("limit" as const) : ("best" as const)) : null,
    matches: index !== -1 && explanation.measured?.matches === index,
  };
}

const isOf = (ceiling: Ceiling, host: ExplainedHost) =>
  ceiling.kind === "pcie" && ceiling.device === host.device && ceiling.far === host.far;
