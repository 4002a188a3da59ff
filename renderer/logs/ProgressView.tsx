/** Owns how a running collection is watched: per target what is done, what is under way, how fast, how much is left. */
import { Progress } from "@mantine/core";
import { sizeText } from "../../electron/contract/size-text.ts";
import { FaultView } from "../kit/FaultView.tsx";
import { useNow } from "../kit/now.ts";
import { countText, lengthText } from "../kit/time.ts";
import { useLogs } from "../stores.ts";
import { leftMs, waitedFor } from "./time-left.ts";
import { targetName } from "./words.ts";

export function ProgressView({ id }: { readonly id: string }) {
  const running = useLogs((mirror) => mirror.value?.running);
  const now = useNow();
  if (!running || running.id !== id) return null;
  const entries = running.targets.reduce((sum, target) => sum + target.entries, 0);
  const done = running.targets.reduce((sum, target) => sum + target.done, 0);
  const estimate = running.targets.reduce((sum, target) => sum + target.estimateBytes, 0);
  const elapsedMs = now - running.startedAt;
  const waited = waitedFor(running.targets);
  const left = waited.length > 0 ? null : leftMs({ ...running, elapsedMs, estimateBytes: estimate });
  return (
    <div className="lg-step">
      <p className="lg-sum" role="status">
        {done} of {countText(entries, "entry", "entries")}, {lengthText(elapsedMs)} so far
        {left !== null && `, about ${lengthText(left)} left`}
        {waited.length > 0 && `, waiting for ${waited.map(targetName).join(", ")}`}. {sizeText(running.bytes)} came,
        packed where the host can
        {estimate > 0 && `, of about ${sizeText(estimate)} of files unpacked`}; {sizeText(running.bytesPerSecond)}/s.
      </p>
      <ul className="lg-progress">
        {running.targets.map((target) => (
          <li key={target.target}>
            <div className="lg-progress-head">
              <strong>{targetName(target.target)}</strong>
              <span className="hr-dim hr-tabular">
                {target.done} of {target.entries}, {sizeText(target.bytes)}
              </span>
            </div>
            <Progress
              value={target.entries === 0 ? 100 : (100 * target.done) / target.entries}
              aria-label={`Collected of ${targetName(target.target)}`}
              size="sm"
            />
            {target.fault ? (
              <FaultView fault={target.fault} tone="degraded" />
            ) : (
              target.now.map((line) => (
                <code key={line} className="lg-now">
                  {line}
                </code>
              ))
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
