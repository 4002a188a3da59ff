/** Owns the way from a CSV file to the plan: read, see what would change, pick, change. Nothing is written unseen. */
import { Button, Checkbox, FileButton } from "@mantine/core";
import { useState } from "react";
import {
  type CsvChange,
  type CsvPreview,
  type CsvProblem,
  csvTooLarge,
  maxCsvBytes,
} from "../../electron/contract/sheet.ts";
import { client } from "../client.ts";
import { base64Of } from "../kit/base64.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { FileDiff } from "../kit/FileDiff.tsx";
import { SeverityMark } from "../kit/Severity.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { EditActions } from "../lab/EditActions.tsx";
import { useLabEdit } from "../lab/use-lab-edit.ts";
import { useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { editsOf } from "./edits.ts";

const kindWords: Readonly<Record<CsvChange["kind"], string>> = {
  add: "Add",
  replace: "Replace",
  change: "Change",
  remove: "Remove",
};

export function ImportCablesDialog({ onClose }: { readonly onClose: () => void }) {
  const why = useReadOnlyWhy();
  const [file, setFile] = useState<string | null>(null);
  const [preview, setPreview] = useState<CsvPreview | null>(null);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const reading = useWork();
  const read = async (chosen: File | null) => {
    if (!chosen) return;
    setFile(chosen.name);
    const found = await reading.run(async () => {
      if (chosen.size > maxCsvBytes) throw csvTooLarge(chosen.size, chosen.name);
      return client.sheet.readCsv({ base64: await base64Of(chosen) });
    });
    setPreview(found);
    // What the file does not name may simply be another file's: removing is for the admin to say.
    setPicked(new Set(found?.changes.filter(({ kind }) => kind !== "remove").map(({ id }) => id)));
  };
  const toggle = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  const taken = (preview?.changes ?? []).filter(({ id }) => picked.has(id));
  const edits = editsOf(taken);
  const lab = useLab((mirror) => mirror.value?.lab);
  const loadedAt = useLab((mirror) => mirror.value?.loadedAt);
  const {
    value: written,
    current,
    fault: refused,
  } = useAnswer(
    why === null && edits.length > 0 ? edits : null,
    (signal) => client.lab.preview({ edits }, { signal }),
    { news: [lab, loadedAt], keep: true },
  );
  const ready = why === null && current && written;
  const changing = useLabEdit(ready ? () => ({ edits, previewed: ready.previewed, done: onClose }) : null);
  const changes = preview?.changes ?? [];
  return (
    <Dialog onClose={onClose} title="Import cables from CSV" size="xl">
      <div className="sh-file">
        <FileButton accept=".csv,.tsv,.txt,.ndt,text/csv" onChange={read}>
          {(props) => (
            <Button {...props} data-autofocus variant={preview ? "default" : "filled"} loading={reading.busy}>
              Choose a file…
            </Button>
          )}
        </FileButton>
        <p className={file === null ? "hr-dim" : "hr-mono"}>
          {file ?? "A saved cabling sheet, or UFM’s columns: Start device, Start port, End device, End port."}
        </p>
      </div>
      {preview && (
        <>
          <p className="sh-summary" role="status">
            {summary(preview)}
          </p>
          <Problems problems={preview.problems} />
          {changes.length > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            <section className="sh-list" aria-label="Changes of the lab file" tabIndex={0}>
              <ul>
                {changes.map(({ id, kind, line, words }) => (
                  <li key={id}>
                    <Checkbox
                      checked={picked.has(id)}
                      onChange={() => toggle(id)}
                      label={
                        <>
                          <span className="sh-kind">{kindWords[kind]}</span> {words}
                          {line > 0 && <span className="hr-dim"> (line {line})</span>}
                        </>
                      }
                    />
                  </li>
                ))}
              </ul>
            </section>
          )}
          {written && written.diff !== "" && refused === null && (
            <>
              <h3 className="hr-h3">What is written</h3>
              <FileDiff diff={written.diff} label="Change of the lab file" />
            </>
          )}
        </>
      )}
      <EditActions editing={changing} fault={reading.fault ?? refused} why={why} onClose={onClose}>
        <Button disabled={!changing.ready} loading={changing.busy} onClick={changing.edit}>
          {taken.length === 1 ? "Make 1 change" : `Make ${taken.length} changes`}
        </Button>
      </EditActions>
    </Dialog>
  );
}

function summary({ rows, same, changes, problems }: CsvPreview): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const parts = [
    `${rows} ${rows === 1 ? "row" : "rows"}`,
    `${same} as planned`,
    `${changes.length} ${changes.length === 1 ? "change" : "changes"}`,
    ...(errors > 0 ? [`${errors} ${errors === 1 ? "error" : "errors"}; rows with errors are left out`] : []),
  ];
  return `${parts.join(" · ")}.`;
}

function Problems({ problems }: { readonly problems: readonly CsvProblem[] }) {
  if (problems.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="sh-list" aria-label="Problems of the file" tabIndex={0}>
      <ul>
        {problems.map(({ severity, line, column, message }) => (
          <li key={`${line}:${column} ${message}`} className="sh-problem">
            <SeverityMark severity={severity} labelled />
            <span className="hr-dim hr-tabular">{lineText(line, column)}</span>
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function lineText(line: number, column: number): string {
  if (line === 0) return "The file";
  return column === 0 ? `Line ${line}` : `Line ${line}, column ${column}`;
}
