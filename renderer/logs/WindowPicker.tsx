/** Owns how the wanted time is chosen: by name, or typed as a range in the admin's own zone. */
import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Window } from "../../electron/contract/logs/find.ts";
import { momentText } from "../kit/time.ts";
import { windowKey, windows } from "./choice.ts";
import { changeDraft, useLogsUi } from "./store.ts";

const choices = [...windows.map(({ key, label }) => ({ value: key, label })), { value: "range", label: "From … to …" }];

export function WindowPicker() {
  const window = useLogsUi((ui) => ui.draft.window);
  const key = windowKey(window);
  const choose = (next: string | null) => {
    const named = windows.find((each) => each.key === next)?.window;
    const to = Date.now();
    changeDraft({ window: named ?? { fromMs: to - 86_400_000, toMs: to } });
  };
  return (
    <div className="lg-window">
      <Select
        label="Time"
        data={choices}
        value={key}
        allowDeselect={false}
        onChange={choose}
        inputWrapperOrder={["label", "input", "description"]}
        description="Logs that end before it are left out; a journal is cut to it."
      />
      {"fromMs" in window && key === "range" && <Range window={window} />}
    </div>
  );
}

/** `2026-11-22 07:04:33` or without its seconds, as local time; null for anything else, undefined for nothing. */
export function momentOf(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  if (!/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$/.test(text)) return null;
  const at = new Date(text.length === 10 ? `${text}T00:00` : text.replace(" ", "T")).getTime();
  return Number.isFinite(at) && at >= 0 ? at : null;
}

function Range({ window }: { readonly window: Extract<Window, { fromMs: number | null }> }) {
  const [from, setFrom] = useState(window.fromMs === null ? "" : momentText(window.fromMs));
  const [to, setTo] = useState(window.toMs === null ? "" : momentText(window.toMs));
  const take = (nextFrom: string, nextTo: string) => {
    const [fromMs, toMs] = [momentOf(nextFrom), momentOf(nextTo)];
    if (fromMs === null || toMs === null) return;
    changeDraft({ window: { fromMs: fromMs ?? null, toMs: toMs ?? null } });
  };
  const wrong = (typed: string) => (momentOf(typed) === null ? "Write it as 2026-11-22 07:04" : null);
  return (
    <div className="lg-range">
      <TextInput
        label="From"
        value={from}
        error={wrong(from)}
        onChange={({ currentTarget: { value } }) => {
          setFrom(value);
          take(value, to);
        }}
      />
      <TextInput
        label="To"
        value={to}
        error={wrong(to)}
        onChange={({ currentTarget: { value } }) => {
          setTo(value);
          take(from, value);
        }}
      />
    </div>
  );
}
