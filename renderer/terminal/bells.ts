/** Owns what a bell does: a mark on a tab out of sight, a flash or a sound at most once a second in sight. */
import { useEffect, useRef } from "react";
import { defaultSettings } from "../../electron/contract/app.ts";
import { useSettings, useTerminals } from "../stores.ts";
import { markBellsSeen } from "./groups.ts";
import { useDock } from "./ui.ts";
import { viewOf } from "./views.ts";

const quietMs = 1000;

/** Follows the bell counters of all terminals. */
export function useBells(): void {
  const terminals = useTerminals((mirror) => mirror.value?.terminals);
  const heard = useRef(new Map<string, number>());
  const lastAt = useRef(0);
  useEffect(() => {
    let rang: string | null = null;
    for (const { id, bells } of Object.values(terminals ?? {})) {
      const before = heard.current.get(id);
      heard.current.set(id, bells);
      if (before === undefined) {
        // First sight of a terminal: what rang before this window looked is not news.
        useDock.setState(({ seenBells }) => ({ seenBells: { [id]: bells, ...seenBells } }));
      } else if (bells > before) rang = id;
    }
    const { active } = useDock.getState();
    markBellsSeen(active);
    if (rang === null || Date.now() - lastAt.current < quietMs) return;
    lastAt.current = Date.now();
    const manner = (useSettings.getState().value ?? defaultSettings).terminalBell;
    if (manner === "sound") beep();
    if (manner === "visual") flash(rang);
  }, [terminals]);
}

function flash(id: string): void {
  const pane = viewOf(id)?.screen.term.element?.closest(".hr-term-pane");
  if (!(pane instanceof HTMLElement)) return;
  pane.dataset.bell = "true";
  setTimeout(() => delete pane.dataset.bell, 180);
}

let audio: AudioContext | null = null;

/** 80 ms at 660 Hz, soft; browsers stay silent until the page was used once. */
function beep(): void {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0.08, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.08);
  tone.frequency.value = 660;
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.08);
}
