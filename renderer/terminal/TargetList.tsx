import { StateMark } from "../kit/StateMark.tsx";
import { useLab, useTerminals } from "../stores.ts";
import { placeText } from "./labels.ts";
import { terminalStates } from "./StatusBar.tsx";
import { useLabels } from "./TerminalTab.tsx";

/** The terminals something goes to, each with its place, so that none is reached by surprise. */
export function TargetList({ targets }: { readonly targets: readonly string[] }) {
  const labels = useLabels();
  const terminals = useTerminals((mirror) => mirror.value?.terminals);
  const lab = useLab((mirror) => mirror.value?.lab ?? null);
  return (
    <ul className="hr-term-targets" aria-label="Targets">
      {targets.map((id) => {
        const terminal = terminals?.[id];
        const state = terminalStates[terminal?.status ?? "closed"];
        return (
          <li key={id}>
            <StateMark state={state.mark} label={state.text} />
            <strong>{labels.get(id) ?? "terminal"}</strong>
            <span className="hr-dim">{placeText(lab, terminal?.device ?? "")}</span>
          </li>
        );
      })}
    </ul>
  );
}
