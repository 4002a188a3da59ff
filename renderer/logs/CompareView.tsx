/** Owns how two nodes, or one node of two collections, are held against each other: what differs stands first. */
import { Checkbox, Select } from "@mantine/core";
import { useState } from "react";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useLogs } from "../stores.ts";
import { bytesText, targetName } from "./words.ts";
import "./pack.css";

export function CompareView({ summary }: { readonly summary: CollectionSummary }) {
  const collections = useLogs((mirror) => mirror.value?.collections) ?? [];
  const [left, setLeft] = useState(summary.targets[0] ?? "");
  const [other, setOther] = useState(summary.id);
  const against = collections.find(({ id }) => id === other) ?? summary;
  const [right, setRight] = useState(summary.targets[1] ?? summary.targets[0] ?? "");
  const [all, setAll] = useState(false);
  const named = against.targets.includes(right) ? right : (against.targets[0] ?? "");
  const same = other === summary.id && left === named;
  const asked = useAnswer(
    same || left === "" || named === "" ? null : { left, other, named },
    (signal) =>
      client.logs.compare({ left: { id: summary.id, target: left }, right: { id: other, target: named } }, { signal }),
    { keep: true },
  );
  const told = asked.value;
  const facts = told?.facts.filter((fact) => all || !fact.same) ?? [];
  const groups = [...new Set(facts.map(({ group }) => group))];
  const differing = told?.files.filter((file) => file.left?.sha256 !== file.right?.sha256) ?? [];
  const choices = (targets: readonly string[]) =>
    targets.map((target) => ({ value: target, label: targetName(target) }));
  return (
    <div className="lg-step">
      <div className="lg-fields">
        <Select
          label="This"
          data={choices(summary.targets)}
          value={left}
          allowDeselect={false}
          onChange={(value) => setLeft(value ?? left)}
        />
        <Select
          label="Against, of"
          data={collections.map(({ id, name }) => ({ value: id, label: id === summary.id ? "this collection" : name }))}
          value={other}
          allowDeselect={false}
          onChange={(value) => setOther(value ?? other)}
        />
        <Select
          label="That"
          data={choices(against.targets)}
          value={named}
          allowDeselect={false}
          onChange={(value) => setRight(value ?? right)}
        />
      </div>
      {same && <p className="hr-dim">Choose another target, or another collection.</p>}
      <AnswerFault of={[asked]} tone="down" />
      {told && !same && (
        <>
          <div className="lg-head">
            <h3>
              {countText(told.facts.filter((fact) => !fact.same).length, "difference")} of {told.facts.length} facts
            </h3>
            <Checkbox
              size="xs"
              label="Show what is alike, too"
              checked={all}
              onChange={({ currentTarget }) => setAll(currentTarget.checked)}
            />
          </div>
          <table className="lg-table lg-compare">
            <thead>
              <tr>
                <th scope="col">Fact</th>
                <th scope="col">{targetName(told.left)}</th>
                <th scope="col">{targetName(told.right)}</th>
              </tr>
            </thead>
            {groups.map((group) => (
              <tbody key={group}>
                <tr className="lg-group">
                  <th scope="colgroup" colSpan={3}>
                    {group}
                  </th>
                </tr>
                {facts
                  .filter((fact) => fact.group === group)
                  .map((fact) => (
                    <tr key={fact.name} title={fact.from.join("\n")}>
                      <th scope="row">
                        {!fact.same && <StateMark state="degraded" label="differs" />} {fact.name}
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
          <table className="lg-table lg-compare">
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
                        side.state
                      ) : (
                        bytesText(side.sizeBytes)
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
