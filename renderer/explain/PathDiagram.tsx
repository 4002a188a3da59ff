/** Draws the way from a processor to a cable's far end as a pipe: as wide as each piece carries, pinched at the ceiling. */
import { cut, gbpsText } from "../rack/words.ts";
import type { Piece } from "./pieces.ts";

/** Pixels: the inspector's own width less its padding. */
const width = 307;
const spine = { x: 34, most: 46, least: 3 };
const nodeHeight = 26;
const lineHeight = 17;
const textX = 70;

/** As high as its lines need. */
function heightOf(piece: Piece): number {
  return piece.kind === "node" ? nodeHeight : 12 + lineHeight * Math.max(2, linesOf(piece).length);
}

type PipePiece = Extract<Piece, { kind: "pipe" }>;
type Line = "figures" | "verdict" | "detail";

/** Figures first, then the verdict, then what its ends can. */
function linesOf({ ceiling, matches, figure, payloadGbps, detail }: PipePiece): readonly Line[] {
  const verdict = ceiling !== null || matches;
  const told = figure !== null && (detail !== "" || (payloadGbps !== null && !verdict));
  return ["figures", ...(verdict ? ["verdict" as const] : []), ...(told ? ["detail" as const] : [])];
}

export function PathDiagram({
  pieces,
  measuredGbps,
  label,
}: {
  readonly pieces: readonly Piece[];
  /** Drawn as what flows within; null for nothing. */
  readonly measuredGbps: number | null;
  readonly label: string;
}) {
  const most = Math.max(1, ...pieces.map((piece) => (piece.kind === "pipe" ? (piece.gbps ?? 0) : 0)));
  const wide = (gbps: number) => Math.max(spine.least, (spine.most * Math.min(gbps, most)) / most);
  let y = 0;
  const placed = pieces.map((piece) => {
    const top = y;
    y += heightOf(piece);
    return { piece, top };
  });
  return (
    <>
      <svg className="ex-diagram" viewBox={`0 0 ${width} ${y}`} role="img" aria-label={label}>
        <defs>
          <pattern id="ex-unread" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0V6" className="ex-hatch" />
          </pattern>
        </defs>
        {placed.map(({ piece, top }) =>
          piece.kind === "pipe" ? (
            <Pipe key={piece.key} piece={piece} top={top} wide={wide} />
          ) : (
            <Node key={piece.key} piece={piece} top={top} />
          ),
        )}
        {measuredGbps !== null &&
          placed.map(
            ({ piece, top }) =>
              piece.kind === "pipe" && (
                <rect
                  key={piece.key}
                  className="ex-flow"
                  x={spine.x - wide(measuredGbps) / 2}
                  y={top}
                  width={wide(measuredGbps)}
                  height={heightOf(piece)}
                />
              ),
          )}
      </svg>
      <AsTable pieces={pieces} />
    </>
  );
}

function Node({ piece, top }: { readonly piece: Extract<Piece, { kind: "node" }>; readonly top: number }) {
  const { mark, title, detail } = piece;
  return (
    <g transform={`translate(0 ${top})`}>
      <rect className="ex-node" x={spine.x - 27} y={1} width={54} height={nodeHeight - 2} rx={5} />
      <text className="ex-mark" x={spine.x} y={17.5} textAnchor="middle">
        {mark}
      </text>
      <text className="ex-title" x={textX} y={17.5}>
        <title>{title}</title>
        {cut(title, detail ? 18 : 32)}
        {detail && (
          <tspan className="ex-dim" dx={8}>
            {cut(detail, 26)}
          </tspan>
        )}
      </text>
    </g>
  );
}

function Pipe({
  piece,
  top,
  wide,
}: {
  readonly piece: PipePiece;
  readonly top: number;
  readonly wide: (gbps: number) => number;
}) {
  const { figure, gbps, payloadGbps, detail, ceiling, matches } = piece;
  const w = gbps === null ? spine.most * 0.6 : wide(gbps);
  const [left, right] = [spine.x - w / 2, spine.x + w / 2];
  const height = heightOf(piece);
  const middle = height / 2;
  const lines = linesOf(piece);
  const lineY = (line: Line) => (height - lines.length * lineHeight) / 2 + lines.indexOf(line) * lineHeight + 13;
  return (
    <g transform={`translate(0 ${top})`} data-ceiling={ceiling ?? undefined}>
      <rect className={gbps === null ? "ex-pipe-unread" : "ex-pipe"} x={left} y={0} width={w} height={height} />
      {gbps !== null && <path className="ex-wall" d={`M${left - 1} 0v${height}M${right + 1} 0v${height}`} />}
      {ceiling !== null && (
        // Two wedges press on the pipe: the ceiling is told without its colour.
        <path className="ex-wedge" d={`M${left - 3} ${middle}l-8 -6v12zM${right + 3} ${middle}l8 -6v12z`} />
      )}
      <text className="ex-figure" x={textX} y={lineY("figures")}>
        {figure ?? detail}
      </text>
      <text className="ex-gbps" x={width} y={lineY("figures")} textAnchor="end">
        {gbps === null ? "" : `${gbpsText(gbps)} Gb/s`}
      </text>
      {lines.includes("verdict") && (
        <text x={textX} y={lineY("verdict")}>
          {ceiling !== null && <tspan className="ex-ceiling">ceiling</tspan>}
          {matches && (
            <tspan className="ex-match" dx={ceiling === null ? 0 : 8}>
              matches measured
            </tspan>
          )}
        </text>
      )}
      {payloadGbps !== null && lines[1] && (
        <text className="ex-dim" x={width} y={lineY(lines[1])} textAnchor="end">
          {gbpsText(payloadGbps)} as data
        </text>
      )}
      {lines.includes("detail") && (
        <text className="ex-dim" x={textX} y={lineY("detail")}>
          {detail}
        </text>
      )}
    </g>
  );
}

/** The same for those who do not see the picture. */
function AsTable({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <table className="ex-unseen">
      <caption>The way from the processor to the cable's far end</caption>
      <thead>
        <tr>
          <th scope="col">Piece</th>
          <th scope="col">Runs</th>
          <th scope="col">Carries</th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>
        {pieces.map((piece) =>
          piece.kind === "node" ? (
            <tr key={piece.key}>
              <th scope="row">{`${piece.mark} ${piece.title}`}</th>
              <td>{piece.detail}</td>
              <td />
              <td />
            </tr>
          ) : (
            <tr key={piece.key}>
              <th scope="row">{piece.figure === null || !piece.figure.startsWith("PCIe") ? "Link" : "PCIe link"}</th>
              <td>{[piece.figure ?? "not read", piece.detail].filter(Boolean).join(", ")}</td>
              <td>
                {piece.gbps === null ? "not known" : `${gbpsText(piece.gbps)} Gb/s`}
                {piece.payloadGbps === null ? "" : `, ${gbpsText(piece.payloadGbps)} Gb/s as data`}
              </td>
              <td>
                {[piece.ceiling && "the ceiling", piece.matches && "matches the measurement"]
                  .filter(Boolean)
                  .join(", ")}
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
