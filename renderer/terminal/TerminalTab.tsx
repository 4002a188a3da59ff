import { Tooltip } from "@mantine/core";
import { IconAntennaBars5, IconBellRinging2, IconX } from "@tabler/icons-react";
import type { IDockviewPanelHeaderProps } from "dockview-react";
import { useEffect, useMemo, useRef } from "react";
import { StateMark } from "../kit/StateMark.tsx";
import { useLab, useTerminals } from "../stores.ts";
import { keepFrontTabInView } from "./front-tab.ts";
import { closeTerminal } from "./groups.ts";
import { placeText, terminalLabels } from "./labels.ts";
import { terminalStates } from "./StatusBar.tsx";
import { useDock } from "./ui.ts";

/** The names of all open terminals. */
export function useLabels(): ReadonlyMap<string, string> {
  const terminals = useTerminals((mirror) => mirror.value?.terminals);
  return useMemo(() => terminalLabels(terminals ?? {}), [terminals]);
}

/** A tab: state as shape and word, device, the program's title, marks for bell, recording and broadcast. */
export function TerminalTab({ api }: IDockviewPanelHeaderProps) {
  const terminal = useTerminals((mirror) => mirror.value?.terminals[api.id]);
  const lab = useLab((mirror) => mirror.value?.lab ?? null);
  const label = useLabels().get(api.id) ?? api.title ?? "terminal";
  const seen = useDock(({ seenBells }) => seenBells[api.id]);
  const active = useDock((dock) => dock.active === api.id);
  const broadcast = useDock((dock) => dock.broadcast.on && dock.broadcast.targets.includes(api.id));
  const state = terminalStates[terminal?.status ?? "connecting"];
  const rang = terminal !== undefined && !active && seen !== undefined && terminal.bells > seen;
  const close = () => void closeTerminal(api.id);
  // dockview names the group, and what it announces, by this.
  useEffect(() => api.setTitle(label), [api, label]);
  const part = useRef<HTMLDivElement | null>(null);
  useEffect(() => (part.current ? keepFrontTabInView(part.current) : undefined), []);
  const tip = (
    <div className="hr-term-tip">
      <strong>{label}</strong>
      <span>{placeText(lab, terminal?.device ?? label)}</span>
      <span>
        {state.text}
        {terminal ? ` · ${terminal.cols} × ${terminal.rows}` : ""}
      </span>
      {terminal?.title ? <span className="hr-mono">{terminal.title}</span> : null}
    </div>
  );
  return (
    <Tooltip label={tip} position="top" multiline>
      <div
        ref={part}
        className="hr-term-tab"
        data-status={terminal?.status}
        onAuxClick={(event) => {
          if (event.button === 1) close();
        }}
      >
        <StateMark state={state.mark} label={state.text} />
        <span className="hr-term-name">{label}</span>
        {terminal?.status !== "open" && <span className="hr-dim">{state.text}</span>}
        {terminal?.title && terminal.status === "open" ? (
          <span className="hr-term-title hr-dim">{terminal.title}</span>
        ) : null}
        {rang && <IconBellRinging2 size={14} role="img" aria-label="bell rang" className="hr-term-bell" />}
        {terminal?.recording && (
          <span className="hr-term-rec" role="img" aria-label="recording">
            REC
          </span>
        )}
        {broadcast && <IconAntennaBars5 size={14} role="img" aria-label="broadcast target" className="hr-term-cast" />}
        {/* For the mouse only: a control inside a tab would be out of a screen reader's reach; keys and menu close too. */}
        <span
          className="hr-term-close"
          aria-hidden="true"
          title={`Close ${label} and end its session`}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            event.stopPropagation();
            close();
          }}
        >
          <IconX size={13} />
        </span>
      </div>
    </Tooltip>
  );
}
