/** What is known of a selected node, and of the links between two. */
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import type { CableLive, FabricLink, FabricPort } from "../../electron/contract/fabric.ts";
import { cableWords } from "../../electron/contract/words.ts";
import { Facts, Section } from "../kit/Section.tsx";
import { numberText } from "../kit/time.ts";
import { dataText } from "../rack/words.ts";
import { select } from "../stores.ts";
import type { PanelProps } from "./GraphPanel.tsx";
import { LookMark } from "./LookMark.tsx";
import { isGhost } from "./planned.ts";
import type { Scene } from "./scene.ts";
import { showView } from "./store.ts";
import { looks } from "./verdict.ts";
import { numbersText } from "./words.ts";

const kinds = { switch: "Switch", hca: "Host adapter", router: "Router" } as const;
const rowsAtMost = 80;

export function InspectNode({ scene, live, goTo, goToBundle, guid }: PanelProps & { readonly guid: string }) {
  const index = scene.topology.indexOf.get(guid);
  const node = index === undefined ? undefined : scene.topology.nodes[index];
  const [all, setAll] = useState(false);
  const rows = useMemo(() => (index === undefined ? [] : portRows(scene, index)), [scene, index]);
  if (index === undefined || !node) return <p className="hr-dim gr-gone">{guid} is not in this fabric any more.</p>;
  const ghost = isGhost(guid);
  const device = live === null ? null : (live.owners[guid]?.device ?? null);
  const unused = node.ports.filter(({ number }) => number > 0 && !rows.some((row) => row.port === number));
  const lids = [...new Set(node.ports.flatMap(({ lid }) => lid ?? []))];
  const planned = rows.filter(({ cable }) => cable !== null).length;
  const shown = all ? rows : rows.slice(0, rowsAtMost);
  return (
    <>
      <header>
        <h2>{nameAt(scene, index)}</h2>
        <p className="hr-dim">
          {kinds[node.type]}
          {ghost
            ? ", planned and seen by no host"
            : node.description !== "" && node.description !== nameAt(scene, index) && `, “${node.description}”`}
        </p>
      </header>
      {(scene.verdicts.nodeReasons.get(index) ?? []).slice(0, 8).map((reason) => (
        <p key={reason} className="gr-reason">
          <LookMark look={looks[scene.verdicts.nodes[index] ?? 0] ?? "unknown"} />
          <span>{reason}</span>
        </p>
      ))}
      {device !== null && (
        <div className="hr-actions">
          <Button
            variant="default"
            onClick={() => {
              showView("rack");
              select({ kind: "device", device });
            }}
          >
            Show {device} in the rack
          </Button>
        </div>
      )}
      {!ghost && (
        <Section title="Identity">
          <Facts
            facts={[
              [node.guidKind === "port" ? "Port GUID" : "Node GUID", <code key="guid">{node.guid}</code>],
              ["System GUID", node.systemGuid && <code key="system">{node.systemGuid}</code>],
              ["LID", lids.length > 4 ? `${lids.slice(0, 4).join(", ")} and ${lids.length - 4} more` : lids.join(", ")],
            ]}
          />
        </Section>
      )}
      <Section title={linksText(rows.length - planned, planned)}>
        {rows.length > 0 && (
          <table className="gr-ports">
            <thead>
              <tr>
                <th>Port</th>
                <th>Peer</th>
                <th>Link</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ port, peer, peerPort, link, cable, look, reason, bundle }) => (
                <tr key={`${port} ${bundle}`} title={reason ?? undefined}>
                  <td className="hr-tabular">{port}</td>
                  <td>
                    <button type="button" onClick={() => goTo(peer)}>
                      {nameAt(scene, peer)} <span className="hr-dim">port {peerPort}</span>
                    </button>
                  </td>
                  <td>
                    <button type="button" aria-label={`Link of port ${port}`} onClick={() => goToBundle(bundle)}>
                      <LookMark look={looks[look] ?? "unknown"} />
                      {cable === null ? runsWords(link) : cableWords(cable)}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {rows.length > shown.length && (
          <button type="button" className="hr-link" onClick={() => setAll(true)}>
            Show all {rows.length}
          </button>
        )}
        {[...Map.groupBy(unused, stateWords)].map(([state, ports]) => (
          <p key={state} className="hr-dim gr-unused">
            {ports.length === 1 ? "Port" : "Ports"} {numbersText(ports.map(({ number }) => number))}: {state}
          </p>
        ))}
      </Section>
    </>
  );
}

export function InspectBundle({ scene, goTo, a, b }: PanelProps & { readonly a: string; readonly b: string }) {
  const { topology, verdicts } = scene;
  const [one, other] = [topology.indexOf.get(a), topology.indexOf.get(b)];
  const bundle = topology.bundles.find((each) => each.a === one && each.b === other);
  const planned = bundle?.links.filter((link) => topology.ghosts.has(link)).length ?? 0;
  if (!bundle || one === undefined || other === undefined)
    return <p className="hr-dim gr-gone">This link is not in the fabric any more.</p>;
  return (
    <>
      <header>
        <h2>
          {nameAt(scene, one)} to {nameAt(scene, other)}
        </h2>
        <p className="hr-dim">{linksText(bundle.links.length - planned, planned)}</p>
      </header>
      <div className="hr-actions">
        {[one, other].map((node) => (
          <Button key={node} variant="default" onClick={() => goTo(node)}>
            Go to {nameAt(scene, node)}
          </Button>
        ))}
      </div>
      {bundle.links.map((index) => {
        const link = topology.fabric.links[index];
        const look = looks[verdicts.links[index] ?? 0] ?? "unknown";
        const reason = verdicts.reasons.get(index);
        const cable = topology.ghosts.get(index);
        return (
          link && (
            <Section key={index} title={`Port ${link.a.port} to port ${link.b.port}`}>
              {reason !== undefined && (
                <p className="gr-reason">
                  <LookMark look={look} />
                  <span>{reason}</span>
                </p>
              )}
              <Facts
                facts={
                  cable
                    ? [["Planned", cableWords(cable)]]
                    : [
                        ["Link", `${link.width} ${link.speed}`],
                        ["Carries", dataText(link.dataGbps)],
                        ["State", `${link.state}, physically ${link.physState}`],
                      ]
                }
              />
            </Section>
          )
        );
      })}
    </>
  );
}

interface PortRow {
  readonly port: number;
  readonly peer: number;
  readonly peerPort: number;
  readonly link: FabricLink;
  /** Where no link is: the cable that is planned. */
  readonly cable: CableLive | null;
  readonly look: number;
  readonly reason: string | null;
  readonly bundle: number;
}

function portRows({ topology, verdicts }: Scene, node: number): readonly PortRow[] {
  const guid = topology.nodes[node]?.guid;
  const rows = (topology.at[node] ?? []).flatMap((bundle) =>
    (topology.bundles[bundle]?.links ?? []).flatMap((index) => {
      const link = topology.fabric.links[index];
      if (!link) return [];
      // A cable from a switch to itself has both its ends here.
      return [link.a, link.b].flatMap((near, side) => {
        const far = side === 0 ? link.b : link.a;
        const peer = topology.indexOf.get(far.node);
        if (near.node !== guid || peer === undefined) return [];
        const look = verdicts.links[index] ?? 0;
        const reason = verdicts.reasons.get(index) ?? null;
        const cable = topology.ghosts.get(index) ?? null;
        return [{ port: near.port, peer, peerPort: far.port, link, cable, look, reason, bundle }];
      });
    }),
  );
  return rows.sort((x, y) => x.port - y.port);
}

/** `2 links`, `1 link, 1 more planned`, `1 link planned`. */
function linksText(seen: number, planned: number): string {
  const links = (count: number) => (count === 1 ? "1 link" : `${numberText(count)} links`);
  if (planned === 0) return links(seen);
  return seen === 0 ? `${links(planned)} planned` : `${links(seen)}, ${numberText(planned)} more planned`;
}

function nameAt({ topology }: Scene, node: number): string {
  return topology.names[node] ?? "";
}

function runsWords({ width, speed, state }: FabricLink): string {
  return state === "Active" ? `${width} ${speed}` : `${width} ${speed}, ${state}`;
}

/** Of a port without a link. */
function stateWords({ state, physState }: FabricPort): string {
  if (state === "Unknown") return "state not told";
  if (state !== "Down") return `${state}, ${physState}, and no link is known`;
  return physState === "Polling" ? "Down (Polling): no cable, or no answer through it" : `Down (${physState})`;
}
