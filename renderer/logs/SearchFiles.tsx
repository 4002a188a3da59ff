/** Owns the search over all hosts for files that no item names; what is ticked is collected too. */
import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { FileSearch, SearchMessage } from "../../electron/contract/logs/find.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { FaultView } from "../kit/FaultView.tsx";
import { countText, momentText } from "../kit/time.ts";
import { ages, filterWords, foldersOf, refusalsOf } from "./search-words.ts";
import { changeDraft, useLogsUi } from "./store.ts";
import { targetName } from "./words.ts";

type Hit = Extract<SearchMessage, { kind: "hits" }>["hits"][number];
type Done = Extract<SearchMessage, { kind: "done" }>;

/** They come as hosts answer; this machine stands last. */
const byHost = (hits: readonly Hit[]) =>
  hits.toSorted(
    (one, other) =>
      Number(one.device === here) - Number(other.device === here) ||
      one.device.localeCompare(other.device, "en", { numeric: true }),
  );

/** More of what could not be read than this nobody reads. */
const mostRefusals = 20;

export function SearchFiles() {
  const { draft } = useLogsUi();
  const [under, setUnder] = useState("/var/log");
  const [name, setName] = useState("");
  const [content, setContent] = useState("");
  const [age, setAge] = useState(String(3_600_000));
  const [logs, setLogs] = useState(true);
  const [hits, setHits] = useState<readonly Hit[]>([]);
  const [done, setDone] = useState<readonly Done[]>([]);
  const [asked, setAsked] = useState<Parameters<typeof filterWords>[0] | null>(null);
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const folders = foldersOf(under);
  const search = async () => {
    if (folders === null) return;
    stop.current?.abort();
    const letGo = new AbortController();
    stop.current = letGo;
    setHits([]);
    setDone([]);
    setFault(null);
    setRunning(true);
    const wanted: Partial<FileSearch> & Pick<FileSearch, "under"> = {
      under: [...folders],
      looksLikeLog: logs,
      ...(name.trim() === "" ? {} : { name: name.trim() }),
      ...(content === "" ? {} : { content }),
      ...(age === "any" ? {} : { changedWithinMs: Number(age) }),
    };
    setAsked(wanted);
    try {
      for await (const message of await client.logs.search(wanted, { signal: letGo.signal })) {
        if (letGo.signal.aborted) return;
        if (message.kind === "hits") setHits((before) => [...before, ...message.hits]);
        else setDone((before) => [...before, message]);
      }
    } catch (error) {
      if (!letGo.signal.aborted) setFault(faultOf(error));
    } finally {
      if (stop.current === letGo) setRunning(false);
    }
  };
  const refusals = refusalsOf(done);
  const isTaken = (hit: Hit) => draft.files.some((file) => file.device === hit.device && file.path === hit.path);
  const take = (hit: Hit, on: boolean) =>
    changeDraft({
      files: on
        ? [...draft.files, { device: hit.device, path: hit.path }]
        : draft.files.filter((file) => file.device !== hit.device || file.path !== hit.path),
    });
  return (
    <form
      className="lg-search"
      aria-label="Search hosts for files"
      onSubmit={(event) => {
        event.preventDefault();
        void search();
      }}
    >
      <div className="lg-search-fields">
        <TextInput
          label="Under"
          value={under}
          error={folders === null ? "A folder that begins with /" : null}
          onChange={({ currentTarget }) => setUnder(currentTarget.value)}
        />
        <TextInput
          label="Name"
          placeholder="*.log"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Changed"
          data={ages}
          value={age}
          allowDeselect={false}
          onChange={(value) => setAge(value ?? "any")}
        />
        <TextInput label="Holds" value={content} onChange={({ currentTarget }) => setContent(currentTarget.value)} />
        <Checkbox
          className="lg-search-check"
          label="Looks like a log"
          checked={logs}
          onChange={({ currentTarget }) => setLogs(currentTarget.checked)}
        />
        {running ? (
          <Button variant="default" onClick={() => stop.current?.abort()}>
            Stop
          </Button>
        ) : (
          <Button type="submit" variant="default" disabled={folders === null}>
            Search all hosts
          </Button>
        )}
      </div>
      {fault && <FaultView fault={fault} />}
      <p className="hr-dim" role="status">
        {(running || done.length > 0) &&
          `${countText(hits.length, "file")} on ${countText(new Set(hits.map(({ device }) => device)).size, "host")}; ${countText(done.length, "host")} searched${running ? " so far" : ""}.`}
        {!running &&
          done.length > 0 &&
          hits.length === 0 &&
          asked !== null &&
          ` Asked for files ${filterWords(asked)}.`}
      </p>
      {refusals.slice(0, mostRefusals).map(({ refused, hosts }) => (
        <p key={refused} className="hr-dim">
          {hosts}: <code>{refused}</code>
        </p>
      ))}
      {refusals.length > mostRefusals && (
        <p className="hr-dim">and {refusals.length - mostRefusals} more that could not be read</p>
      )}
      {done.map(
        ({ device, fault: why, truncated }) =>
          (why || truncated) && (
            <p key={device} className="hr-dim">
              {targetName(device)}: {why ? `${why.title}. ${why.detail}` : "more was found than is shown"}
            </p>
          ),
      )}
      {hits.length > 0 && (
        <ul className="lg-files lg-hits" data-columns={5}>
          {byHost(hits).map((hit) => (
            <li key={`${hit.device} ${hit.path}`}>
              <Checkbox
                size="xs"
                aria-label={`Collect ${hit.path} of ${targetName(hit.device)}`}
                checked={isTaken(hit)}
                onChange={({ currentTarget }) => take(hit, currentTarget.checked)}
              />
              <span>{targetName(hit.device)}</span>
              <code>{hit.path}</code>
              <span className="lg-number">{sizeText(hit.sizeBytes)}</span>
              <span className="hr-dim">{momentText(hit.modifiedAt)}</span>
              {hit.line !== null && <code className="lg-hit-line">{hit.line}</code>}
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
