/** Owns how the catalogue is looked at: what each kind of target is asked, the admin's own file, and stick layouts. */
import { Select, Tabs, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Catalogue, itemGroups } from "../../electron/contract/logs/item.ts";
import { type TargetKind, targetKindWords } from "../../electron/contract/logs/target.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { SeverityItem, SeverityList } from "../kit/Severity.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { StickLayouts } from "./StickLayouts.tsx";
import { commandOf, groupWords } from "./words.ts";
import "./catalogue.css";

const kinds = Object.entries(targetKindWords).map(([value, label]) => ({ value, label }));

export function CatalogueDialog({ onClose }: { readonly onClose: () => void }) {
  const asked = useAnswer("catalogue", (signal) => client.logs.catalogue(undefined, { signal }));
  return (
    <Dialog onClose={onClose} title="What is collected" size="min(1080px, 94vw)">
      <AnswerFault of={[asked]} tone="down" />
      {asked.value && (
        <Tabs defaultValue="items" keepMounted={false} className="lg-catalogue">
          <Tabs.List>
            <Tabs.Tab value="items">Items</Tabs.Tab>
            <Tabs.Tab value="own">Own items</Tabs.Tab>
            <Tabs.Tab value="layouts">Stick layouts</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="items">
            <Items catalogue={asked.value} />
          </Tabs.Panel>
          <Tabs.Panel value="own">
            <OwnItems catalogue={asked.value} />
          </Tabs.Panel>
          <Tabs.Panel value="layouts">
            <StickLayouts />
          </Tabs.Panel>
        </Tabs>
      )}
    </Dialog>
  );
}

function Items({ catalogue: { items } }: { readonly catalogue: Catalogue }) {
  const [kind, setKind] = useState<TargetKind>("linux");
  const [text, setText] = useState("");
  const wanted = items.filter(
    (item) =>
      item.on.includes(kind) &&
      [item.id, item.title, item.why, commandOf(item)].some((word) => word.toLowerCase().includes(text.toLowerCase())),
  );
  return (
    <>
      <div className="lg-head">
        <Select
          aria-label="Kind of target"
          data={kinds}
          value={kind}
          allowDeselect={false}
          onChange={(value) => value !== null && setKind(value as TargetKind)}
        />
        <TextInput
          aria-label="Filter the catalogue"
          placeholder="Filter by name or command"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <span className="hr-dim" role="status">
          {countText(wanted.length, "item")} of {items.length}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="lg-catalogue-items" tabIndex={0} aria-label="Items">
        <table className="lg-table">
          <thead>
            <tr>
              <th scope="col">What is asked</th>
              <th scope="col">What for</th>
              <th scope="col">Cost</th>
              <th scope="col" className="lg-number">
                Ended after
              </th>
              <th scope="col" className="lg-number">
                At most
              </th>
              <th scope="col">Root</th>
            </tr>
          </thead>
          {itemGroups.map((group) => {
            const own = wanted.filter((item) => item.group === group);
            return own.length === 0 ? null : (
              <tbody key={group}>
                <tr className="lg-group">
                  <th scope="colgroup" colSpan={6}>
                    {groupWords[group]}
                  </th>
                </tr>
                {own.map((item) => (
                  <tr key={item.id}>
                    <th scope="row">
                      {item.title}
                      <code>{commandOf(item)}</code>
                    </th>
                    <td>
                      {item.why}
                      {item.consent !== undefined && <div className="hr-dim">Asks first: {item.consent}</div>}
                    </td>
                    <td>{item.cost}</td>
                    <td className="lg-number">{item.timeoutSeconds} s</td>
                    <td className="lg-number">{sizeText(item.capMegabytes * 2 ** 20)}</td>
                    <td>{item.root === "no" ? "" : item.root}</td>
                  </tr>
                ))}
              </tbody>
            );
          })}
        </table>
      </section>
    </>
  );
}

const sample = `halfrack: 1
items:
  - id: our-daemon            # a shipped item's id takes its place
    title: Log of our daemon
    why: It says why it lost the file server
    group: logs
    on: [linux]
    presets: [vsmp]
    files: ["/var/log/ourd/*.log"]
    window: true              # leave out what is older than the time asked for
  - id: our-state
    title: State of our daemon
    why: What it waits for
    group: system
    on: [linux]
    command: [ourctl, status] # no shell stands between
    absent: { noCommand: true }
without: [blkid]              # never collected`;

function OwnItems({ catalogue: { ownFile, problems } }: { readonly catalogue: Catalogue }) {
  return (
    <>
      <p className="hr-dialog-text">
        Items of your own are written in one file, which is read again when it changed. It need not be there.
      </p>
      <code className="lg-source">{ownFile}</code>
      <CatalogueProblems problems={problems} startsOpen />
      <h4>For example</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="hr-raw" tabIndex={0}>
        {sample}
      </pre>
      <p className="hr-dim">
        Every key is described in docs/log-catalogue.md. An item that changes something on a host says so under consent,
        and is asked about before it runs.
      </p>
    </>
  );
}

/** What is wrong with the own file, each with where it stands. */
export function CatalogueProblems({
  problems,
  startsOpen,
}: Pick<Catalogue, "problems"> & { readonly startsOpen: boolean }) {
  return (
    <SeverityList
      label="Problems of own files"
      title={`${countText(problems.length, "problem")} in own files: items, patterns, stick layouts`}
      things={problems.map(() => ({ severity: "warning" as const }))}
      startsOpen={startsOpen}
    >
      {() =>
        problems.map(({ file, line, column, path, message }) => (
          <SeverityItem key={`${file} ${line} ${column} ${message}`} severity="warning">
            {file}
            {line > 0 && `, line ${line}`}
            {column > 0 && `, column ${column}`}: {path !== "" && <code>{path}</code>} {message}
          </SeverityItem>
        ))
      }
    </SeverityList>
  );
}
