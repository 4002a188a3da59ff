import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { searchLimit } from "./screen.ts";
import type { SessionView } from "./session-view.ts";
import { useDock } from "./ui.ts";

const toggles = [
  { key: "caseSensitive", sign: "Aa", label: "Match upper and lower case" },
  { key: "wholeWord", sign: "W", label: "Match whole words" },
  { key: "regex", sign: ".*", label: "Regular expression" },
] as const;

/** Search in one terminal's scrollback: Enter next, Shift+Enter previous, Escape back to the terminal. */
export function SearchBar({ view }: { readonly view: SessionView }) {
  const [text, setText] = useState("");
  const [how, setHow] = useState({ caseSensitive: false, wholeWord: false, regex: false });
  const [found, setFound] = useState({ resultIndex: -1, resultCount: 0 });
  const input = useRef<HTMLInputElement>(null);
  const { search, term } = view.screen;
  const broken = how.regex && !isRegExp(text);

  useEffect(() => {
    const listener = search.onDidChangeResults(setFound);
    return () => {
      listener.dispose();
      search.clearDecorations();
    };
  }, [search]);
  useEffect(() => {
    // The addon counts anew for another term only, not for other options: it is made to forget the term.
    search.clearDecorations();
    if (text === "" || broken) setFound({ resultIndex: -1, resultCount: 0 });
    else search.findPrevious(text, { ...view.screen.searchOptions(how), incremental: true });
  }, [text, how, broken, search, view]);
  useEffect(() => input.current?.focus(), []);

  const step = (by: 1 | -1) => {
    if (text === "" || broken) return;
    if (by === 1) search.findNext(text, view.screen.searchOptions(how));
    else search.findPrevious(text, view.screen.searchOptions(how));
  };
  const close = () => {
    useDock.setState({ searching: null });
    term.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <search className="hr-term-search" aria-label="Search in this terminal" onKeyDown={onKeyDown}>
      <TextInput
        ref={input}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder="Search"
        aria-label="Search for"
        error={broken}
        w={190}
      />
      {toggles.map(({ key, sign, label }) => (
        <Tooltip key={key} label={label}>
          <ActionIcon
            variant={how[key] ? "filled" : "subtle"}
            color={how[key] ? "accent" : "gray"}
            aria-label={label}
            aria-pressed={how[key]}
            onClick={() => setHow({ ...how, [key]: !how[key] })}
          >
            <span className="hr-mono hr-term-sign">{sign}</span>
          </ActionIcon>
        </Tooltip>
      ))}
      <output className="hr-term-count hr-tabular">{countText(text, broken, found)}</output>
      <Tooltip label="Previous (Shift+Enter)">
        <ActionIcon variant="subtle" color="gray" aria-label="Previous match" onClick={() => step(-1)}>
          <IconArrowUp size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Next (Enter)">
        <ActionIcon variant="subtle" color="gray" aria-label="Next match" onClick={() => step(1)}>
          <IconArrowDown size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Back to the terminal (Escape)">
        <ActionIcon variant="subtle" color="gray" aria-label="Close search" onClick={close}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
    </search>
  );
}

function countText(text: string, broken: boolean, found: { resultIndex: number; resultCount: number }): string {
  if (broken) return "not a pattern";
  if (text === "") return "";
  if (found.resultCount === 0) return "no match";
  if (found.resultCount >= searchLimit) return `${searchLimit}+ matches`;
  return found.resultIndex < 0 ? `${found.resultCount} matches` : `${found.resultIndex + 1} of ${found.resultCount}`;
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
