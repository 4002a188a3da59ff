/** Owns how output is shown as it came: one click away, as plain text, in a place that the keyboard can scroll. */
import { useState } from "react";
import type { Source } from "../../electron/contract/fabric.ts";
import { Age } from "./Age.tsx";
import "./kit.css";

/** Any text that came from elsewhere. */
export function RawText({
  text,
  what = "raw output",
  name,
  aside,
  head,
}: {
  readonly text: string;
  /** What the button says that it shows, and hides again. */
  readonly what?: string;
  /** What the button is called instead, in a list of such outputs. */
  readonly name?: string;
  /** Stands beside the button. */
  readonly aside?: React.ReactNode;
  /** Stands over the text once it is shown. */
  readonly head?: React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div className="hr-raw-output">
      <div>
        <button type="button" className="hr-link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {name ?? `${open ? "Hide" : "Show"} ${what}`}
        </button>
        {aside}
      </div>
      {open && head}
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <pre className="hr-raw" tabIndex={0}>
          {text || "(no output)"}
        </pre>
      )}
    </div>
  );
}

/** What a tool said: its command line, age, exit code and output. */
export function RawOutput({
  source,
  tool = source.argv[0] ?? "the tool",
}: {
  readonly source: Source;
  /** What it is called where the command begins with a shell. */
  readonly tool?: string;
}) {
  return (
    <RawText
      text={[source.stdout, source.stderr].filter(Boolean).join("\n")}
      aside={
        <span className="hr-dim">
          of {tool} on {source.device}
        </span>
      }
      head={
        <div className="hr-raw-head">
          <code>$ {source.argv.join(" ")}</code>
          <Age at={source.observedAt} />
          {source.exitCode !== 0 && <span>exit {source.exitCode ?? "none"}</span>}
        </div>
      }
    />
  );
}
