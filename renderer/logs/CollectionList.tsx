import { IconFileZip, IconServer2 } from "@tabler/icons-react";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { Age } from "../kit/Age.tsx";
import { StateMark, type StateName } from "../kit/StateMark.tsx";
import { countText } from "../kit/time.ts";
import { showCollection, useLogsUi } from "./store.ts";

/** What a collection is, in one word and mark. */
export function standing({ state, complete, kind }: CollectionSummary): {
  readonly mark: StateName;
  readonly words: string;
} {
  if (state === "running") return { mark: "busy", words: "collecting" };
  if (state === "stopped") return { mark: "degraded", words: "stopped, can be gone on with" };
  if (complete) return { mark: "healthy", words: "complete" };
  return { mark: "degraded", words: kind === "bundle" ? "not everything is in it" : "not complete" };
}

export function CollectionList({ collections }: { readonly collections: readonly CollectionSummary[] }) {
  const shown = useLogsUi((ui) => ui.shown);
  if (collections.length === 0)
    return <p className="hr-dim lg-side-empty">What is collected is kept here until it is deleted.</p>;
  return (
    <ul className="lg-list">
      {collections.map((collection) => {
        const { mark, words } = standing(collection);
        const { kind, name, path } = collection;
        const Kind = kind === "bundle" ? IconFileZip : IconServer2;
        return (
          <li key={collection.id}>
            <button
              type="button"
              title={path === null ? name : `${name}\n${path}`}
              aria-current={collection.id === shown ? "true" : undefined}
              onClick={() =>
                showCollection(collection.id, collection.state === "running" ? "progress" : "completeness")
              }
            >
              <span className="lg-list-name">
                <Kind size={15} stroke={1.6} aria-hidden />
                <span>{name}</span>
              </span>
              <span className="lg-list-state">
                <StateMark state={mark} /> {words}
              </span>
              <span className="hr-dim">
                {kind === "bundle" ? "Bundle" : countText(collection.targets.length, "target")},{" "}
                {sizeText(collection.sizeBytes)}, <Age at={collection.createdAt} />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
