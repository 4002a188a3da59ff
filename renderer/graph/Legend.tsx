import { useMemo } from "react";
import { LookMark } from "./LookMark.tsx";
import { lookWords } from "./paint.ts";
import type { Scene } from "./scene.ts";
import { useGraph } from "./store.ts";
import { looks } from "./verdict.ts";
import { alikeText, countsOf } from "./words.ts";

/** What the marks mean and how often they occur; one that does occur lists what it is on. */
export function Legend({ scene }: { readonly scene: Scene }) {
  const counts = useMemo(() => countsOf(scene.verdicts), [scene]);
  const listed = useGraph((graph) => graph.listed);
  return (
    <section className="gr-legend" aria-label="Legend">
      {looks.map((look) => {
        const { links, nodes } = counts.get(look) ?? { links: 0, nodes: 0 };
        const some = links + nodes > 0;
        if (!some && look !== "fine" && look !== "slow" && look !== "down") return null;
        const words = (
          <>
            <LookMark look={look} />
            {lookWords(look, scene.verdicts.compared)}
            <span className="hr-tabular hr-dim">{alikeText({ links, nodes })}</span>
          </>
        );
        return look === "fine" || !some ? (
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
