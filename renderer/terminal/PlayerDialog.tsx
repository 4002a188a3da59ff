import { ActionIcon, Select, Slider } from "@mantine/core";
import { IconArrowLeft, IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { Recording } from "../../electron/contract/terminal.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { lengthText, momentText } from "../kit/time.ts";
import { type Cast, CastReader } from "./cast.ts";
import { focusDock } from "./groups.ts";
import { Playback } from "./playback.ts";
import { Screen } from "./screen.ts";
import { fontReady, useScreenLook } from "./TerminalPane.tsx";
import { showDialog } from "./ui.ts";

const speeds = ["0.5", "1", "2", "4", "8"] as const;
const idleLimits = [
  { value: "1000", label: "Pauses up to 1 s" },
  { value: "3000", label: "Pauses up to 3 s" },
  { value: "Infinity", label: "Pauses as they were" },
] as const;
const stepMs = 5000;

/** Replays one recording: play, pause, jump, speed, pauses shortened. Nothing in it reaches a session or a link. */
export function PlayerDialog({ recording }: { readonly recording: Recording }) {
  const { cast, fault } = useCast(recording.id);
  const close = () => {
    showDialog(null);
    focusDock();
  };
  return (
    <Dialog onClose={close} title={`${recording.device}, ${momentText(recording.startedAt)}`} size="auto">
      {fault && <FaultView fault={fault} />}
      {!fault && !cast && <p className="hr-dim">Reading the recording</p>}
      {cast && <Player cast={cast} />}
    </Dialog>
  );
}

function useCast(id: string): { readonly cast: Cast | null; readonly fault: Fault | null } {
  const [cast, setCast] = useState<Cast | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const read = async () => {
      const reader = new CastReader();
      for await (const line of await client.terminal.recording({ id }, { signal: stop.signal })) {
        if (!reader.push(line)) break;
      }
      if (!stop.signal.aborted) setCast(reader.result());
    };
    read().catch((error) => stop.signal.aborted || setFault(faultOf(error)));
    return () => stop.abort();
  }, [id]);
  return { cast, fault };
}

function Player({ cast }: { readonly cast: Cast }) {
  const look = useScreenLook();
  const firstLook = useRef(look);
  const box = useRef<HTMLDivElement>(null);
  const [screen, setScreen] = useState<Screen | null>(null);
  const [playback, setPlayback] = useState<Playback | null>(null);
  const [playing, setPlaying] = useState(true);
  const [speed, setSpeed] = useState("1");
  const [idleLimit, setIdleLimit] = useState("3000");
  const [positionMs, setPositionMs] = useState(0);

  useEffect(() => {
    const holder = box.current;
    if (!holder) return;
    const screen = new Screen(firstLook.current, {}, cast.size);
    screen.term.options.disableStdin = true;
    let gone = false;
    void fontReady(firstLook.current.fontSizePx).then(() => {
      if (gone) return;
      screen.open(holder);
      screen.setVisible(true);
      screen.term.textarea?.setAttribute("aria-label", "Replayed terminal");
      setScreen(screen);
      setPlayback(new Playback(cast, screen.term, 3000));
    });
    return () => {
      gone = true;
      setScreen(null);
      screen.dispose();
    };
  }, [cast]);

  useEffect(() => {
    if (!screen) return;
    screen.setLook(look);
    if (box.current) box.current.dataset.painted = look.scheme;
  }, [screen, look]);

  useEffect(() => {
    if (!playback || !playing) return;
    let frame = 0;
    let before = performance.now();
    const tick = (now: number) => {
      playback.advance((now - before) * Number(speed));
      before = now;
      setPositionMs(playback.positionMs);
      if (playback.ended) setPlaying(false);
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playback, playing, speed]);

  const seek = (toMs: number) => {
    playback?.seek(toMs);
    setPositionMs(playback?.positionMs ?? 0);
  };
  const toggle = () => {
    if (!playing && playback?.ended) seek(0);
    setPlaying(!playing);
  };
  const durationMs = playback?.durationMs ?? 0;
  return (
    <section
      className="hr-term-player"
      aria-label="Replay"
      onKeyDown={(event) => {
        if ((event.target as Element).closest("button, input, [role=slider], [role=option]")) return;
        if (event.key === " ") toggle();
        else if (event.key === "ArrowRight") seek(positionMs + stepMs);
        else if (event.key === "ArrowLeft") seek(positionMs - stepMs);
        else return;
        event.preventDefault();
      }}
    >
      <div className="hr-term-player-screen" ref={box} />
      {(cast.skipped > 0 || cast.truncated) && (
        <p className="hr-dim">
          {cast.skipped > 0 && `${cast.skipped} lines of the file could not be read. `}
          {cast.truncated && "The recording is longer than what can be replayed here; the file holds all of it."}
        </p>
      )}
      <div className="hr-term-player-bar">
        <ActionIcon variant="default" aria-label="Back to the list" onClick={() => showDialog({ kind: "recordings" })}>
          <IconArrowLeft size={16} />
        </ActionIcon>
        <ActionIcon data-autofocus variant="filled" aria-label={playing ? "Pause" : "Play"} onClick={toggle}>
          {playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
        </ActionIcon>
        <Slider
          className="hr-term-player-slider"
          thumbLabel="Position"
          label={null}
          min={0}
          max={Math.max(1, durationMs)}
          step={100}
          value={positionMs}
          onChange={seek}
          thumbProps={{ "aria-valuetext": `${lengthText(positionMs)} of ${lengthText(durationMs)}` }}
        />
        <span className="hr-tabular">
          {lengthText(positionMs)} / {lengthText(durationMs)}
        </span>
        <Select
          aria-label="Speed"
          data={speeds.map((value) => ({ value, label: `${value}×` }))}
          value={speed}
          onChange={(value) => setSpeed(value ?? "1")}
          w={76}
          allowDeselect={false}
        />
        <Select
          aria-label="Pauses"
          data={[...idleLimits]}
          value={idleLimit}
          allowDeselect={false}
          onChange={(value) => {
            setIdleLimit(value ?? "3000");
            playback?.setIdleLimit(Number(value ?? 3000));
            setPositionMs(playback?.positionMs ?? 0);
          }}
          w={170}
        />
      </div>
    </section>
  );
}
