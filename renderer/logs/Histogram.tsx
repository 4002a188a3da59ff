/** Owns the strip above the lines: how many there are over time, and the way to a time by a click on it. */
import type { LogFilter } from "../../electron/contract/logs/reading.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { countText, momentText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";

const buckets = 160;
const heightPx = 44;

export function Histogram({
  id,
  filter,
  news,
  onTime,
}: {
  readonly id: string;
  readonly filter: LogFilter;
  readonly news: unknown;
  readonly onTime: (atMs: number) => void;
}) {
  const asked = useAnswer({ id, filter }, (signal) => client.logs.histogram({ id, filter, buckets }, { signal }), {
    news: [news],
    keep: true,
    settleMs: 100,
  });
  const told = asked.value;
  if (told === null || told.buckets.length === 0) return <AnswerFault of={[asked]} />;
  const most = Math.max(1, ...told.buckets.map(({ lines }) => lines));
  // By the root, so that a single line is seen beside thousands.
  const height = (lines: number) => (lines === 0 ? 0 : Math.max(1.5, Math.sqrt(lines / most) * heightPx));
  const endMs = told.fromMs + told.bucketMs * told.buckets.length;
  const errors = told.buckets.reduce((sum, bucket) => sum + bucket.errors, 0);
  const warnings = told.buckets.reduce((sum, bucket) => sum + bucket.warnings, 0);
  return (
    <div className="lg-histogram">
      <button
        type="button"
        aria-label={`Lines from ${momentText(told.fromMs)} to ${momentText(endMs)}: ${countText(errors, "error")}, ${countText(warnings, "warning")}. Goes to the most errors.`}
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          // A key has no place: it leads to where most errors are.
          const worst = told.buckets.reduce(
            (best, bucket, index) => (bucket.errors > (told.buckets[best]?.errors ?? 0) ? index : best),
            0,
          );
          const share = event.detail === 0 ? worst / told.buckets.length : (event.clientX - left) / width;
          onTime(Math.floor(told.fromMs + share * (endMs - told.fromMs)));
        }}
      >
        <svg viewBox={`0 0 ${told.buckets.length} ${heightPx}`} preserveAspectRatio="none" aria-hidden="true">
          {told.buckets.map(({ lines, warnings: some, errors: bad }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bucket is its place
            <g key={index}>
              <rect className="lg-bar" x={index} y={heightPx - height(lines)} width="0.86" height={height(lines)} />
              <rect
                className="lg-bar-warning"
                x={index}
                y={heightPx - height(some + bad)}
                width="0.86"
                height={height(some + bad)}
              />
              <rect className="lg-bar-error" x={index} y={heightPx - height(bad)} width="0.86" height={height(bad)} />
            </g>
          ))}
        </svg>
      </button>
      <div className="hr-dim hr-tabular">
        <span>{momentText(told.fromMs)}</span>
        <span>{momentText(endMs)}</span>
      </div>
    </div>
  );
}
