import { useMemo } from "react";
import { numberText } from "../kit/time.ts";
import { LookMark } from "./LookMark.tsx";
import { lookWords } from "./paint.ts";
import type { Scene } from "./scene.ts";
import { useGraph } from "./store.ts";
import { type Look, looks } from "./verdict.ts";

/** What the marks mean and how often they occur; one that does occur lists what it is on. */
export function Legend({ scene }: { readonly scene: Scene }) {
  const counts = useMemo(() => countsOf(scene), [scene]);
  const listed = useGraph((graph) => graph.listed);
  return (
    <section className="gr-legend" aria-label="Legend">
      {looks
        .filter((look) => look === "fine" || look === "slow" || look === "down" || (counts.get(look) ?? 0) > 0)
        .map((look) => {
          const count = counts.get(look) ?? 0;
          const words = (
            <>
              <LookMark look={look} />
              {lookWords(look, scene.verdicts.compared)}
              <span className="hr-tabular hr-dim">{numberText(count)}</span>
            </>
          );
          return look === "fine" || count === 0 ? (
            <span key={look}>{words}</span>
          ) : (
            <button
              key={look}
              type="button"
              aria-pressed={listed === look}
              onClick={() => useGraph.setState({ listed: listed === look ? null : look, query: "", selection: null })}
            >
              {words}
            </button>
          );
        })}
    </section>
  );
}

function countsOf({ verdicts }: Scene): ReadonlyMap<Look, number> {
  const counts = new Map<Look, number>();
  const add = (index: number): void => {
    const look = looks[index] ?? "unknown";
    counts.set(look, (counts.get(look) ?? 0) + 1);
  };
  verdicts.links.forEach(add);
  for (const look of verdicts.nodes) if (look > 0) add(look);
  return counts;
}
