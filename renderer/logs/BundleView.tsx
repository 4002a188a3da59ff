/** Owns how a bundle is made: what is redacted, what that replaces, and the file that is written and verified. */
import { Button, Checkbox, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { BundleFormat, BundleMessage, BundleResult } from "../../electron/contract/logs/bundle.ts";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import { type RedactionClass, type RedactionRules, redactionClasses } from "../../electron/contract/logs/redact.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { FaultView } from "../kit/FaultView.tsx";
import { RedactionPreview } from "./RedactionPreview.tsx";
import { Written } from "./Written.tsx";
import "./pack.css";

const classWords: Readonly<Record<RedactionClass, string>> = {
  hostname: "Host names",
  user: "User names",
  ipv4: "IPv4 addresses",
  ipv6: "IPv6 addresses",
  mac: "MAC addresses",
  serial: "Serial numbers",
  key: "Keys",
  password: "Passwords",
  word: "Own words",
  guid: "GUIDs",
  lid: "LIDs",
};
const usual: readonly RedactionClass[] = redactionClasses.filter((each) => each !== "guid" && each !== "lid");

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

export function BundleView({ summary }: { readonly summary: CollectionSummary }) {
  const [on, setOn] = useState(true);
  const [classes, setClasses] = useState<readonly RedactionClass[]>(usual);
  const [words, setWords] = useState("");
  const [keep, setKeep] = useState("");
  const [binary, setBinary] = useState<readonly string[]>([]);
  const [format, setFormat] = useState<BundleFormat>("tar.zst");
  const [path, setPath] = useState("");
  const [previewed, setPreviewed] = useState(false);
  const [progress, setProgress] = useState<BundleMessage | null>(null);
  const [result, setResult] = useState<BundleResult | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  useEffect(() => {
    client.app.files({}).then(
      ({ dir }) => setPath((before) => before || dir),
      () => undefined,
    );
  }, []);
  const rules: RedactionRules = {
    on,
    classes: [...classes],
    words: linesOf(words),
    keep: linesOf(keep),
    includeBinary: [...binary],
  };
  const write = async () => {
    const letGo = new AbortController();
    stop.current = letGo;
    setFault(null);
    setResult(null);
    setProgress({ kind: "progress", phase: "reading", done: 0, entries: summary.entries, bytes: 0 });
    try {
      for await (const message of await client.logs.bundle(
        { id: summary.id, path: path.trim(), format, rules },
        { signal: letGo.signal },
      )) {
        if (message.kind === "ended") setResult(message.result);
        else setProgress(message);
      }
    } catch (error) {
      if (!letGo.signal.aborted) setFault(faultOf(error));
    } finally {
      setProgress(null);
    }
  };
  const toggle = (each: RedactionClass, chosen: boolean) =>
    setClasses(chosen ? [...classes, each] : classes.filter((other) => other !== each));
  return (
    <>
      <div className="lg-step">
        <Switch
          label="Replace names and secrets by pseudonyms"
          description="The same name gets the same pseudonym everywhere, and in every bundle of this lab; which is whose stays here. Private keys and password hashes are always removed."
          checked={on}
          onChange={({ currentTarget }) => setOn(currentTarget.checked)}
        />
        {on && (
          <>
            <fieldset className="lg-classes">
              <legend>What is replaced</legend>
              {redactionClasses.map((each) => (
                <Checkbox
                  key={each}
                  size="xs"
                  label={classWords[each]}
                  checked={classes.includes(each)}
                  onChange={({ currentTarget }) => toggle(each, currentTarget.checked)}
                />
              ))}
            </fieldset>
            <div className="lg-fields">
              <Textarea
                label="Own words to replace"
                description="One in each line: a project, a customer, a room."
                inputWrapperOrder={["label", "input", "description"]}
                autosize
                minRows={2}
                maxRows={6}
                value={words}
                onChange={({ currentTarget }) => setWords(currentTarget.value)}
              />
              <Textarea
                label="Words that stay"
                description="One in each line, where something is replaced that should not be."
                inputWrapperOrder={["label", "input", "description"]}
                autosize
                minRows={2}
                maxRows={6}
                value={keep}
                onChange={({ currentTarget }) => setKeep(currentTarget.value)}
              />
            </div>
            <div>
              <Button variant="default" onClick={() => setPreviewed(!previewed)} aria-expanded={previewed}>
                {previewed ? "Close the preview" : "Preview every replacement"}
              </Button>
            </div>
            {previewed && <RedactionPreview id={summary.id} rules={rules} onBinary={setBinary} />}
          </>
        )}
        <div className="lg-fields">
          <TextInput
            label="Folder or file"
            description="A folder gives the bundle its usual name: lab, purpose, time."
            inputWrapperOrder={["label", "input", "description"]}
            value={path}
            onChange={({ currentTarget }) => {
              setPath(currentTarget.value);
              setFault(null);
            }}
            styles={{ input: { fontFamily: "var(--hr-mono)" } }}
          />
          <Select
            label="Format"
            data={["tar.zst", "tar.gz", "zip"]}
            value={format}
            allowDeselect={false}
            onChange={(value) => value !== null && setFormat(value as BundleFormat)}
          />
        </div>
        {fault && (
          <IntoView>
            <FaultView fault={fault} />
          </IntoView>
        )}
        {result && (
          <IntoView>
            <Written result={result} />
          </IntoView>
        )}
      </div>
      <footer className="lg-foot">
        <span className="hr-dim" role="status">
          {progress?.kind === "progress"
            ? `${{ reading: "Reading", writing: "Writing", verifying: "Reading back what was written" }[progress.phase]}: ${progress.done} of ${progress.entries}, ${sizeText(progress.bytes)}.`
            : summary.complete
              ? "Everything that was asked for is there."
              : "Not everything that was asked for is there; the bundle says of each what and why."}
        </span>
        {progress ? (
          <Button variant="default" onClick={() => stop.current?.abort()}>
            Stop writing
          </Button>
        ) : (
          <Button disabled={path.trim() === ""} onClick={() => void write()}>
            Write the bundle
          </Button>
        )}
      </footer>
    </>
  );
}

/** What comes below the fields stands where it is seen, without lying over them. */
function IntoView({ children }: { readonly children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return <div ref={box}>{children}</div>;
}
