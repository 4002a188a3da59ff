/** Owns what is told of the lab file itself, above whatever place is shown: a conflict on disk, and its problems. */
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { closeLab } from "../actions.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { SeverityMark } from "../kit/Severity.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { useAskBeforeLeaving } from "../kit/use-ask-before-leaving.ts";
import { useLab } from "../stores.ts";
import { UnsavedNotice } from "./UnsavedNotice.tsx";
import { mayUnsavedGo } from "./unsaved.ts";
import "./lab.css";

/** What is wrong with the lab file itself, above whatever place is shown. */
export function LabNotices() {
  const lab = useLab((mirror) => mirror.value);
  // Elsewhere than in its own window the host stays, and keeps what is not saved, when the page goes.
  useAskBeforeLeaving(location.protocol === "app:" && lab?.dirty === true);
  const [open, setOpen] = useState(true);
  if (!lab?.path) return null;
  const errors = lab.problems.filter(({ severity }) => severity === "error").length;
  return (
    <>
      {lab.conflict !== "none" && (
        <div className="hr-notice" role="alert">
          <StateMark state="degraded" />
          <span className="hr-notice-text">
            {lab.conflict === "changed-on-disk"
              ? "The lab file was changed by another program since it was read here."
              : "The lab file is no longer where it was."}{" "}
            Nothing is written until you choose.
          </span>
          <Group gap="xs">
            {lab.conflict === "changed-on-disk" ? (
              <Button variant="default" onClick={() => void mayUnsavedGo(null)}>
                Compare and choose…
              </Button>
            ) : (
              <>
                <Button variant="default" onClick={closeLab}>
                  Close this lab
                </Button>
                <Button variant="default" onClick={() => attempt(client.lab.resolveConflict({ keep: "mine" }))}>
                  Write the lab there again
                </Button>
              </>
            )}
          </Group>
        </div>
      )}
      {lab.dirty && lab.conflict === "none" && <UnsavedNotice />}
      {lab.problems.length > 0 && (
        <section className="hr-problems" aria-label="Problems of the lab file">
          <header>
            <SeverityMark severity={errors > 0 ? "error" : "warning"} />
            <strong>
              {errors > 0
                ? `The lab file has ${errors === 1 ? "an error" : `${errors} errors`} and is open read-only`
                : "The lab file has warnings"}
            </strong>
            <span className="hr-mono hr-dim hr-problem-path">{lab.path}</span>
            <button type="button" className="hr-link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? "Hide" : `Show ${lab.problems.length}`}
            </button>
          </header>
          {open && (
            <ul>
              {lab.problems.map((problem) => (
                <li key={`${problem.line}:${problem.column} ${problem.code} ${problem.path} ${problem.message}`}>
                  <span className="hr-mono hr-tabular hr-dim">
                    {problem.line > 0 ? `${problem.line}:${problem.column}` : "file"}
                  </span>
                  <span className="hr-mono">{problem.path}</span>
                  <span>{problem.message}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
    </>
  );
}
