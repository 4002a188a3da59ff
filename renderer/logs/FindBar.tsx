/** Owns the field that goes from found line to found line, and says how many there are while it looks. */
import { ActionIcon, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconPlayerStop, IconX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { modalOpen } from "../kit/focus.ts";
import { commandKey } from "../kit/platform.ts";
import { countText, numberText } from "../kit/time.ts";
import type { Find } from "./use-find.ts";

export const readerShortcuts = [
  { keys: `${commandKey}+F`, does: "Find in the lines that are shown" },
  { keys: "F3, Shift+F3", does: "Go to the next or previous found line" },
  { keys: "↑ ↓", does: "Line by line; in the completeness table, cell by cell" },
] as const;

export function FindBar({
  words,
  onWords,
  find,
  at,
  onGo,
}: {
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly find: Find;
  /** The row that is chosen. */
  readonly at: number | null;
  readonly onGo: (direction: 1 | -1) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const keys = useRef((_: KeyboardEvent) => {});
  keys.current = (event) => {
    if (modalOpen() || event.altKey) return;
    const find = event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (!find && event.key !== "F3") return;
    event.preventDefault();
    if (find || words === "") field.current?.select();
    else onGo(event.shiftKey ? -1 : 1);
  };
  useEffect(() => {
    const stop = new AbortController();
    window.addEventListener("keydown", (event) => keys.current(event), { signal: stop.signal });
    return () => stop.abort();
  }, []);
  const number = find.numberOf(at);
  return (
    <search className="lg-find" aria-label="Find in these lines">
      <span className="hr-dim hr-tabular" role="status">
        {words !== "" && told(find, number)}
      </span>
      <TextInput
        ref={field}
        size="xs"
        aria-label="Find"
        placeholder="Find in these lines"
        value={words}
        onChange={({ currentTarget }) => onWords(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onGo(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") find.running ? find.stop() : onWords("");
        }}
      />
      <ActionIcon
        variant="default"
        aria-label="Previous found line"
        title="Previous found line (Shift+F3)"
        disabled={find.count === 0}
        onClick={() => onGo(-1)}
      >
        <IconChevronUp size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="Next found line"
        title="Next found line (F3)"
        disabled={find.count === 0}
        onClick={() => onGo(1)}
      >
        <IconChevronDown size={15} aria-hidden />
      </ActionIcon>
      {words !== "" && (
        <ActionIcon
          variant="default"
          aria-label={find.running ? "Stop finding" : "Clear the search"}
          title={find.running ? "Stop finding (Esc)" : "Clear the search (Esc)"}
          onClick={() => (find.running ? find.stop() : onWords(""))}
        >
          {find.running ? <IconPlayerStop size={15} aria-hidden /> : <IconX size={15} aria-hidden />}
        </ActionIcon>
      )}
    </search>
  );
}

function told({ count, looked, running, more }: Find, number: number): string {
  const place = number > 0 ? `${numberText(number)} of ` : "";
  if (running) return `${place}${numberText(count)} found in ${countText(looked, "line")} so far`;
  if (count === 0) return more ? "none found before it was stopped" : "none found";
  return `${place}${numberText(count)}${more ? " or more" : ""} found`;
}
