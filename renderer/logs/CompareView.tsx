/** Owns how two nodes, or one node of two collections, are held against each other: what differs stands first. */
import { Checkbox, Select } from "@mantine/core";
import { useState } from "react";
import type { Comparison } from "../../electron/contract/logs/bundle.ts";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import { stateWords } from "../../electron/contract/logs/matrix.ts";
import type { TargetKind } from "../../electron/contract/logs/target.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useLogs } from "../stores.ts";
import { inOrder } from "./fact-order.ts";
import { targetName } from "./words.ts";
import "./pack.css";

type Fact = Comparison["facts"][number];

/** A BMC, a stick or a switch has no facts that a host has. */
const nodeKinds: ReadonlySet<TargetKind> = new Set<TargetKind>(["linux", "vsmp", "kvm", "esxi", "here"]);

/** The hosts of a collection, by the target's id. */
function useNodes(id: string): readonly string[] {
  const { value } = useAnswer({ id }, (signal) => client.logs.collected({ id }, { signal }));
  return (
    value?.header.targets.filter(({ kinds }) => kinds.some((kind) => nodeKinds.has(kind))).map((target) => target.id) ??
    []
  );
}

/** Stands for all targets of a collection; no target has this id. */
const whole = "";

export function CompareView({ summary }: { readonly summary: CollectionSummary }) {
  const collections = useLogs((mirror) => mirror.value?.collections) ?? [];
  const [chosenLeft, setLeft] = useState<string | null>(null);
  const [chosenRight, setRight] = useState<string | null>(null);
  const [other, setOther] = useState(summary.id);
  const [all, setAll] = useState(false);
  const own = useNodes(summary.id);
  const others = useNodes(other);
  const isWhole = chosenLeft === whole && other !== summary.id;
  const left = isWhole ? whole : chosenLeft || own[0];
  const named =
    chosenRight !== null && others.includes(chosenRight)
      ? chosenRight
      : others.find((node) => other !== summary.id || node !== left);
  const same = other === summary.id && left === named;
  const asked = useAnswer(
    isWhole || (left !== undefined && named !== undefined && !same) ? { left, other, named } : null,
    (signal) =>
      client.logs.compare(
        isWhole || left === undefined || named === undefined
          ? { left: { id: summary.id, target: null }, right: { id: other, target: null } }
          : { left: { id: summary.id, target: left }, right: { id: other, target: named } },
        { signal },
      ),
    { keep: true },
  );
  const told = asked.value;
  const differs = (fact: Fact) => !fact.same && fact.left !== null && fact.right !== null;
  const facts = told?.facts.filter((fact) => all || differs(fact)) ?? [];
  const groupOf = ({ target, group }: Fact) => (told?.left === null ? `${targetName(target)}: ${group}` : group);
  const groups = [...new Set(facts.map(groupOf))];
  const differing = told?.files.filter((file) => file.left?.sha256 !== file.right?.sha256) ?? [];
  const nameOf = (id: string) => collections.find((collection) => collection.id === id)?.name ?? "";
  const choices = (targets: readonly string[]) =>
    targets.map((target) => ({ value: target, label: targetName(target) }));
  const sides = told && (
    <>
      <th scope="col">{told.left === null ? summary.name : targetName(told.left)}</th>
      <th scope="col">{told.right === null ? nameOf(other) : targetName(told.right)}</th>
    </>
  );
  return (
    <div className="lg-step">
      <div className="lg-fields">
        <Select
          label="Node"
          data={[...(other === summary.id ? [] : [{ value: whole, label: "all targets" }]), ...choices(own)]}
          value={left ?? null}
          allowDeselect={false}
          onChange={setLeft}
        />
        <Select
          label="Compared with one of"
          data={collections.map(({ id, name }) => ({ value: id, label: id === summary.id ? "this collection" : name }))}
          value={other}
          allowDeselect={false}
          onChange={(value) => setOther(value ?? other)}
        />
        <Select
          label="That node"
          data={isWhole ? [{ value: whole, label: "all targets" }] : choices(others)}
          value={isWhole ? whole : (named ?? null)}
          disabled={isWhole}
          allowDeselect={false}
          onChange={setRight}
        />
      </div>
      {!isWhole && (same || named === undefined) && (
        <p className="hr-dim">Choose another node, or another collection.</p>
      )}
      <AnswerFault of={[asked]} tone="down" />
      {told && !same && (
        <>
          <div className="lg-head">
            <h3>
              {countText(told.facts.filter(differs).length, "difference")} in{" "}
              {countText(told.facts.filter(({ left: one, right: two }) => one !== null && two !== null).length, "fact")}{" "}
              known of both
            </h3>
            <Checkbox
              size="xs"
              label="Show what is alike, or known of one alone"
              checked={all}
              onChange={({ currentTarget }) => setAll(currentTarget.checked)}
            />
          </div>
          {told.facts.length === 0 && (
            <p className="hr-dim">
              {isWhole
                ? "No facts are known of hosts that both have. A redacted bundle has pseudonyms for their names."
                : "Nothing is known of them that could be compared."}
            </p>
          )}
          <table className="lg-table lg-compare" hidden={facts.length === 0}>
            <thead>
              <tr>
                <th scope="col">Fact</th>
                {sides}
              </tr>
            </thead>
            {groups.map((group) => (
              <tbody key={group}>
                <tr className="lg-group">
                  <th scope="colgroup" colSpan={3}>
                    {group}
                  </th>
                </tr>
                {inOrder(facts.filter((fact) => groupOf(fact) === group)).map((fact) => (
                  <tr key={fact.name} title={fact.from.join("\n")}>
                    <th scope="row">
                      {differs(fact) && fact.note !== "" && <StateMark state="degraded" label="with a remark" />}{" "}
                      {fact.name}
                      {fact.note !== "" && <div className="hr-dim">{fact.note}</div>}
                    </th>
                    <td>{fact.left ?? <span className="hr-dim">not known</span>}</td>
                    <td>{fact.right ?? <span className="hr-dim">not known</span>}</td>
                  </tr>
                ))}
              </tbody>
            ))}
          </table>
          <h3 className="lg-title">{countText(differing.length, "file")} with other content</h3>
          <table className="lg-table lg-compare" hidden={differing.length === 0}>
            <thead>
              <tr>
                <th scope="col">File</th>
                {sides}
              </tr>
            </thead>
            <tbody>
              {differing.map((file) => (
                <tr key={file.path}>
                  <th scope="row">
                    <code>{file.path}</code>
                  </th>
                  {[file.left, file.right].map((side, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: left and right
                    <td key={index}>
                      {side === null ? (
                        <span className="hr-dim">not there</span>
                      ) : side.sha256 === null ? (
                        stateWords[side.state].label
                      ) : (
                        sizeText(side.sizeBytes)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  );
}
