/** Draws rates over a time with uPlot: axes with units, values under the pointer, gaps as gaps. */
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Point } from "../../electron/contract/history.ts";
import { dayText, momentText, timeText } from "../kit/time.ts";
import { usePageTheme } from "../kit/use-page-theme.ts";
import { unreadIn, valueRange } from "./figures.ts";

export interface Line {
  readonly name: string;
  /** A custom property of the theme. */
  readonly colour: string;
  readonly points: readonly Point[];
  readonly of: "xmit" | "rcv" | "errors";
  readonly dashed?: boolean;
}

export interface ChartProps {
  readonly lines: readonly Line[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly format: (value: number | null) => string;
  /** What it shows, in words with figures. */
  readonly label: string;
}

const heightPx = 190;
const unreadText = "no readings";

/** As precise as the axis' steps: days, else the time of day. */
function tickText(at: number, stepS: number): string {
  if (stepS >= 86_400) return dayText(at).slice(5);
  const time = timeText(at);
  return stepS < 60 ? time : time.slice(0, 5);
}

export function Chart({ lines, fromMs, toMs, bucketMs, format, label }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const theme = usePageTheme();
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--hr-text-dim"),
      font: `11px ${style.fontFamily}`,
      grid: { stroke: colour("--hr-border"), width: 1 },
      ticks: { stroke: colour("--hr-border"), width: 1 },
    };
    // The stretches of the answer, and none before the first that is drawn.
    const known = lines.flatMap(({ points }) => points.map(({ at }) => at)).filter((at) => at >= fromMs - bucketMs);
    const first = known.length === 0 ? fromMs : Math.min(...known);
    const times = Array.from({ length: Math.ceil((toMs - first) / bucketMs) }, (_, n) => first + n * bucketMs);
    const columns = lines.map(({ points, of }) => {
      // Two ports are asked for one after the other: their stretches may begin some milliseconds apart.
      const means = new Map(
        points.map((point) => [Math.round((point.at - first) / bucketMs), point[of]?.mean ?? null]),
      );
      return times.map((_, index) => means.get(index) ?? null);
    });
    const told = lines.flatMap(({ points, of }) => points.flatMap((point) => (point[of] === null ? [] : [point.at])));
    const unread = unreadIn(told, { fromMs, toMs, bucketMs });
    const stretches = ({ valToPos }: uPlot) =>
      unread.map((stretch) => {
        const left = valToPos(stretch.fromMs / 1000, "x", true);
        return { left, width: valToPos(stretch.toMs / 1000, "x", true) - left };
      });
    const shade = (plot: uPlot) => {
      plot.ctx.fillStyle = colour("--hr-surface-2");
      for (const { left, width } of stretches(plot)) plot.ctx.fillRect(left, plot.bbox.top, width, plot.bbox.height);
    };
    const name = (plot: uPlot) => {
      const { ctx, bbox } = plot;
      ctx.font = `${11 * devicePixelRatio}px ${style.fontFamily}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      const [wordsPx, linePx] = [ctx.measureText(unreadText).width + 16 * devicePixelRatio, 20 * devicePixelRatio];
      for (const { left, width } of stretches(plot)) {
        if (width < wordsPx) continue;
        const [x, y] = [left + width / 2, bbox.top + bbox.height / 2];
        ctx.fillStyle = colour("--hr-surface-2");
        ctx.fillRect(x - wordsPx / 2, y - linePx / 2, wordsPx, linePx);
        ctx.fillStyle = colour("--hr-text-dim");
        ctx.fillText(unreadText, x, y);
      }
    };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: heightPx,
        scales: {
          x: { range: [fromMs / 1000, toMs / 1000] },
          y: { range: (_, __, most) => valueRange(most) },
        },
        hooks: { drawClear: [shade], draw: [name] },
        cursor: { points: { size: 6 } },
        // A swatch is drawn as its line is.
        legend: {
          live: true,
          markers: { width: 2, dash: (_, series) => (lines[series - 1]?.dashed ? "dashed" : "solid") },
        },
        series: [
          { label: "Time", value: (_, at) => (at === null ? "" : momentText(at * 1000)) },
          ...lines.map(({ name, colour: line, dashed }) => ({
            label: name,
            stroke: colour(line),
            width: 1.5,
            spanGaps: false,
            ...(dashed ? { dash: [4, 3] } : {}),
            points: { show: false },
            value: (_: uPlot, value: number | null, __: number, at: number | null) =>
              at === null ? "" : value === null ? "no reading" : format(value),
          })),
        ],
        axes: [
          { ...axis, values: (_, times, __, ___, stepS) => times.map((at) => tickText(at * 1000, stepS)) },
          { ...axis, size: 76, values: (_, values) => values.map((value) => format(value)) },
        ],
      },
      [times.map((at) => at / 1000), ...columns],
      element,
    );
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }));
    resized.observe(element);
    element.dataset.painted = theme;
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  }, [lines, fromMs, toMs, bucketMs, format, theme]);
  return <div ref={host} className="hi-chart" role="img" aria-label={label} />;
}
