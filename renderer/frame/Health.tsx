/** Owns how the lab's health stands in the top bar; each count leads to what it counts. */
import { openSaved, showView } from "../graph/store.ts";
import { Age } from "../kit/Age.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { type Concern, countOf, healthOf } from "../plan/health.ts";
import { go, showPanel, useFabric, useLab } from "../stores.ts";

const lead = (concern: Concern) => {
  go("rack");
  openSaved(null);
  showView("rack");
  showPanel(concern);
};

/** Counts of what is down and what wants a look, and how old that knowledge is. */
export function Health() {
  const fabric = useFabric((mirror) => mirror.value);
  const open = useLab((mirror) => mirror.value?.path != null);
  const reachable = useLab((mirror) => mirror.value?.lab?.devices.some(({ ssh }) => ssh) ?? false);
  if (!fabric || !open) return null;
  const devices = Object.values(fabric.devices);
  // Without a fabric to see, the last answer of any device is what is known.
  const seenAt =
    fabric.observedAt ??
    devices.reduce<number | null>((at, { lastSeenAt }) => Math.max(at ?? 0, lastSeenAt ?? 0) || null, null);
  const trying = devices.some(({ reach }) => reach === "unknown" || reach === "reaching" || reach === "reachable");
  const health = healthOf(fabric);
  const down = countOf(health.down);
  const look = countOf(health.look);
  return (
    <>
      {down > 0 && (
        <button type="button" className="hr-count" title="Show what is down" onClick={() => lead("down")}>
          <StateMark state="down" />
          {down} down
        </button>
      )}
      {look > 0 && (
        <button type="button" className="hr-count" title="Show what wants a look" onClick={() => lead("look")}>
          <StateMark state="degraded" />
          {look} to look at
        </button>
      )}
      {down + look === 0 && seenAt !== null && (
        <span className="hr-count">
          <StateMark state="healthy" />
          all well
        </span>
      )}
      <span className="hr-top-age">
        {seenAt === null ? (
          <span className="hr-dim">
            {!reachable ? "no device has an SSH address" : trying ? "observing…" : "no device answered yet"}
          </span>
        ) : (
          <Age at={seenAt} prefix={fabric.observedAt === null ? "seen " : "observed "} />
        )}
      </span>
    </>
  );
}
