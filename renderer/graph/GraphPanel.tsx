/** Owns what stands beside the graph: what was searched, what is listed, what is selected, or what the fabric is in all. */
import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo } from "react";
import type { FabricState } from "../../electron/contract/fabric.ts";
import { Facts, Section } from "../kit/Section.tsx";
import { numberText } from "../kit/time.ts";
import { FabricProblems } from "../rack/FabricProblems.tsx";
import { InspectBundle, InspectNode } from "./InspectGraph.tsx";
import { LookMark } from "./LookMark.tsx";
import { lookWords } from "./paint.ts";
import { isGhost } from "./planned.ts";
import type { Scene } from "./scene.ts";
import type { Found } from "./search.ts";
import { selectInGraph, useGraph } from "./store.ts";
import { type Look, looks } from "./verdict.ts";
import { tierWords } from "./words.ts";
import "../rack/inspector.css";

export interface PanelProps {
  readonly scene: Scene;
  readonly live: FabricState | null;
  readonly goTo: (node: number) => void;
  readonly goToBundle: (bundle: number) => void;
}

export function GraphPanel(props: PanelProps & { readonly found: Found }) {
  const { scene, found, goTo } = props;
  const query = useGraph((graph) => graph.query);
  const listed = useGraph((graph) => graph.listed);
  const selection = useGraph((graph) => graph.selection);
  const [first] = found.nodes;
  return (
    <aside className="rk-inspector gr-panel" aria-label="Fabric">
      <TextInput
        aria-label="Find a node by name, GUID or LID"
        placeholder="Name, GUID or LID"
        value={query}
        spellCheck={false}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          query && (
            <CloseButton size="xs" aria-label="Clear the search" onClick={() => useGraph.setState({ query: "" })} />
          )
        }
        onChange={({ currentTarget }) => useGraph.setState({ query: currentTarget.value, listed: null })}
        onKeyDown={(event) => {
          if (event.key === "Enter" && first !== undefined) goTo(first);
          else if (event.key === "Escape" && query !== "") useGraph.setState({ query: "" });
          else return;
          event.preventDefault();
        }}
      />
      {query.trim() !== "" && <Results {...props} />}
      {selection !== null && (
        <div className="gr-selected">
          <CloseButton
            className="gr-close"
            size="sm"
            aria-label="Close what is selected"
            onClick={() => selectInGraph(null)}
          />
          {selection.kind === "node" ? (
            <InspectNode {...props} guid={selection.guid} />
          ) : (
            <InspectBundle {...props} a={selection.a} b={selection.b} />
          )}
        </div>
      )}
      {selection === null && query.trim() === "" && listed !== null && <Listed {...props} look={listed} />}
      {selection === null && query.trim() === "" && listed === null && <Overview scene={scene} />}
    </aside>
  );
}

/** What was found, each a button that leads there. */
function Results({ scene, found, goTo }: PanelProps & { readonly found: Found }) {
  const { nodes, names } = scene.topology;
  const words =
    found.total === 0 ? "Nothing by that name" : found.total === 1 ? "1 node" : `${numberText(found.total)} nodes`;
  return (
    <section className="gr-results" aria-label="Found">
      <p className="hr-dim" role="status">
        {words}
        {found.total > found.nodes.length && `, the first ${found.nodes.length} of them here`}
      </p>
      {found.nodes.length > 0 && (
        <ul>
          {found.nodes.map((index) => {
            const node = nodes[index];
            return (
              node && (
                <li key={node.guid}>
                  <button type="button" onClick={() => goTo(index)}>
                    <span>{names[index]}</span>
                    <code className="hr-dim">{isGhost(node.guid) ? "not seen" : lidText(node.ports) || node.guid}</code>
                  </button>
                </li>
              )
            );
          })}
        </ul>
      )}
    </section>
  );
}

function lidText(ports: Scene["topology"]["nodes"][number]["ports"]): string {
  const lids = [...new Set(ports.flatMap(({ lid }) => lid ?? []))];
  return lids.length === 0 ? "" : `LID ${lids.slice(0, 2).join(", ")}`;
}

const listedAtMost = 200;

/** Every link and node of one look. */
function Listed({ scene, look, goTo, goToBundle }: PanelProps & { readonly look: Look }) {
  const { topology, verdicts, bundleLook } = scene;
  const index = looks.indexOf(look);
  const bundles = topology.bundles.flatMap((_, bundle) => (bundleLook[bundle] === index ? [bundle] : []));
  const nodes = topology.nodes.flatMap((_, node) => (verdicts.nodes[node] === index ? [node] : []));
  const name = (node: number): string => topology.names[node] ?? "";
  const more = Math.max(0, bundles.length - listedAtMost) + Math.max(0, nodes.length - listedAtMost);
  return (
    <section className="gr-results" aria-label={`All that is ${lookWords(look, verdicts.compared)}`}>
      <h2>
        <LookMark look={look} /> {lookWords(look, verdicts.compared)}
      </h2>
      <ul>
        {nodes.slice(0, listedAtMost).map((node) => (
          <li key={`node ${node}`}>
            <button type="button" onClick={() => goTo(node)}>
              <span>{name(node)}</span>
              <small className="hr-dim">{verdicts.nodeReasons.get(node)?.[0]}</small>
            </button>
          </li>
        ))}
        {bundles.slice(0, listedAtMost).map((bundle) => {
          const { a = 0, b = 0, links = [] } = topology.bundles[bundle] ?? {};
          const worst = links.find((link) => verdicts.links[link] === index);
          return (
            <li key={`bundle ${bundle}`}>
              <button type="button" onClick={() => goToBundle(bundle)}>
                <span>
                  {name(a)} to {name(b)}
                </span>
                <small className="hr-dim">{worst === undefined ? "" : verdicts.reasons.get(worst)}</small>
              </button>
            </li>
          );
        })}
      </ul>
      {more > 0 && <p className="hr-dim">{numberText(more)} more</p>}
    </section>
  );
}

/** The fabric in figures. */
function Overview({ scene }: { readonly scene: Scene }) {
  const { topology, layout } = scene;
  const { fabric } = topology;
  const top = useMemo(() => layout.tier.reduce((most, each) => Math.max(most, each), 0), [layout]);
  const tiers = useMemo(() => {
    const counts = new Map<number, number>();
    for (const tier of layout.tier) counts.set(tier, (counts.get(tier) ?? 0) + 1);
    return [...counts].sort(([x], [y]) => y - x);
  }, [layout]);
  const rates = useMemo(() => {
    const counts = new Map<string, number>();
    for (const [index, { width, speed }] of fabric.links.entries()) {
      if (topology.ghosts.has(index)) continue;
      const words = `${width} ${speed}`;
      counts.set(words, (counts.get(words) ?? 0) + 1);
    }
    return [...counts].sort(([, x], [, y]) => y - x);
  }, [fabric, topology]);
  const idle = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { type, ports } of topology.nodes)
      for (const { number, state, physState } of type === "switch" ? ports : [])
        if (number > 0 && state === "Down") counts.set(physState, (counts.get(physState) ?? 0) + 1);
    return [...counts].sort(([, x], [, y]) => y - x);
  }, [topology]);
  return (
    <>
      <Section title="Nodes">
        <div className="gr-figures">
          <Facts
            facts={tiers.map(([tier, count]) => [
              tierWords(tier, top),
              <span key={tier} className="hr-tabular">
                {numberText(count)}
              </span>,
            ])}
          />
        </div>
      </Section>
      <Section title="Links">
        <div className="gr-figures">
          <Facts
            facts={rates.map(([words, count]) => [
              words,
              <span key={words} className="hr-tabular">
                {numberText(count)}
              </span>,
            ])}
          />
        </div>
        {topology.ghosts.size > 0 && (
          <p className="hr-dim">
            {topology.ghosts.size === 1
              ? "1 planned cable has"
              : `${numberText(topology.ghosts.size)} planned cables have`}{" "}
            no link and {topology.ghosts.size === 1 ? "is" : "are"} drawn dashed.
          </p>
        )}
        {fabric.links.length === 0 && <p className="hr-dim">No link is known.</p>}
      </Section>
      {idle.length > 0 && (
        <Section title="Switch ports without a link">
          <div className="gr-figures">
            <Facts
              facts={idle.map(([words, count]) => [
                words,
                <span key={words} className="hr-tabular">
                  {numberText(count)}
                </span>,
              ])}
            />
          </div>
          <p className="hr-dim">
            A port without a cable polls as one whose far end is off. What peers use counts as down.
          </p>
        </Section>
      )}
      <div className="gr-problems">
        <FabricProblems problems={fabric.problems} />
      </div>
      <p className="hr-dim gr-hint">
        Click a plate to open it, a node to see its ports. Drag to move, the wheel zooms.
      </p>
    </>
  );
}
