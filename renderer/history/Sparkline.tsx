/** Draws a rate over time as a line an inch high: gaps stay gaps, resets are marked, and its text says the same. */
import type { Point, Span } from "../../electron/contract/history.ts";
import "./history.css";

export interface SparklineProps {
  readonly points: readonly Point[];
  readonly of: "xmit" | "rcv" | "errors";
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly resets: readonly number[];
  /** What it shows, in words with figures. */
  readonly label: string;
}

const [width, height, pad] = [200, 30, 2];

export function Sparkline({ points, of, fromMs, toMs, bucketMs, resets, label }: SparklineProps) {
  const x = (at: number) => (width * (at - fromMs)) / Math.max(1, toMs - fromMs);
  const most = points.reduce((max, point) => Math.max(max, point[of]?.max ?? 0), 0);
  const y = (value: number) => height - pad - (most === 0 ? 0 : ((height - 2 * pad) * value) / most);
  const runs = runsOf(points, of, bucketMs);
  return (
    <svg
      className="hi-spark"
      data-of={of}
      data-quiet={most === 0 || undefined}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line className="hi-base" x1={0} x2={width} y1={height - pad} y2={height - pad} />
      {runs.map((run) => {
        const first = run[0]?.at ?? 0;
        const last = (run.at(-1)?.at ?? 0) + bucketMs;
        const steps = run.flatMap(({ at, span }) => [
          `${x(at).toFixed(2)},${y(span.mean).toFixed(2)}`,
          `${x(at + bucketMs).toFixed(2)},${y(span.mean).toFixed(2)}`,
        ]);
        const peaks = run.flatMap(({ at, span }) => [
          `${x(at).toFixed(2)},${y(span.max).toFixed(2)}`,
          `${x(at + bucketMs).toFixed(2)},${y(span.max).toFixed(2)}`,
        ]);
        return (
          <g key={first}>
            <polygon
              className="hi-peak"
              points={`${x(first)},${height - pad} ${peaks.join(" ")} ${x(last)},${height - pad}`}
            />
            <polyline className="hi-line" points={steps.join(" ")} />
          </g>
        );
      })}
      {resets.map((at) => (
        <line key={at} className="hi-reset" x1={x(at)} x2={x(at)} y1={0} y2={height} />
      ))}
    </svg>
  );
}

interface Step {
  readonly at: number;
  readonly span: Span;
}

/** Stretches that follow each other without a hole. */
function runsOf(points: readonly Point[], of: SparklineProps["of"], bucketMs: number): readonly (readonly Step[])[] {
  const runs: Step[][] = [];
  for (const point of points) {
    const span = point[of];
    if (span === null) continue;
    const run = runs.at(-1);
    if (run && point.at - (run.at(-1)?.at ?? 0) < 1.5 * bucketMs) run.push({ at: point.at, span });
    else runs.push([{ at: point.at, span }]);
  }
  return runs;
}
