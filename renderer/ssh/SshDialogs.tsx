/**
 * Owns when SSH's questions take the keyboard. A question opens by itself only while nobody types, or for a terminal
 * opened just now; else a bar tells of it and the admin opens it. Refusals come first, then questions in order.
 */
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { ChangedHostKey, Question } from "../../electron/contract/ssh.ts";
import { isTyping, onOverlayClosed, overlayOpen, typedAt } from "../kit/focus.ts";
import { StateMark } from "../kit/StateMark.tsx";
import { openDialog, useSsh, useTerminals, useUi } from "../stores.ts";
import { ChangedKeyDialog } from "./ChangedKeyDialog.tsx";
import { NewKeyDialog } from "./NewKeyDialog.tsx";
import { SecretDialog } from "./SecretDialog.tsx";
import "./ssh.css";

type Matter =
  | { readonly key: string; readonly device: string; readonly changed: ChangedHostKey }
  | { readonly key: string; readonly device: string; readonly changed: null; readonly question: Question };

/** What waits for the admin, and whether it has the window. */
interface Attention {
  /** Refusals that were looked at. */
  readonly seen: ReadonlySet<string>;
  /** The matter that is a dialog; the bar tells of the others. */
  readonly open: string | null;
  /** False when the dialog came by itself. */
  readonly asked: boolean;
}

export function SshDialogs() {
  const ssh = useSsh((mirror) => mirror.value);
  const dialog = useUi((ui) => ui.dialog);
  const [{ seen, open, asked }, setAttention] = useState<Attention>({ seen: new Set(), open: null, asked: false });
  const matters = ssh ? waiting(ssh.changedKeys, ssh.questions, seen) : [];
  const [first] = matters;
  const shown = matters.find(({ key }) => key === open) ?? null;
  const firstKey = first?.key;
  const firstDevice = first?.device;

  // By device, when its last dialog closed: what the server says to an answer belongs to it.
  const answeredAt = useRef(new Map<string, number>());
  const shownDevice = shown?.device;
  useEffect(() => {
    if (shownDevice === undefined) return;
    const { current } = answeredAt;
    return () => void current.set(shownDevice, Date.now());
  }, [shownDevice]);
  useEffect(() => {
    if (firstKey === undefined || firstDevice === undefined || shown || dialog) return;
    const look = () => {
      // One answered, the next follows; otherwise only where no key is lost to it, and never over what is open.
      const ours = (answeredAt.current.get(firstDevice) ?? 0) > typedAt();
      const free = !overlayOpen() && (ours || mayInterrupt(firstDevice));
      if (asked || free) setAttention((now) => ({ ...now, open: firstKey }));
    };
    look();
    const stops = [onOverlayClosed(look), useTerminals.subscribe(look)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [firstKey, firstDevice, shown, dialog, asked]);
  useEffect(() => {
    if (firstKey === undefined) setAttention((now) => ({ ...now, open: null, asked: false }));
  }, [firstKey]);

  if (dialog?.kind === "changed-key") {
    const changed = ssh?.changedKeys.find(({ device }) => device === dialog.device);
    return changed ? <ChangedKeyDialog changed={changed} onClose={() => openDialog(null)} /> : null;
  }
  if (dialog || !first) return first ? <Bar matters={matters} onOpen={null} /> : null;
  if (!shown) {
    return <Bar matters={matters} onOpen={() => setAttention((now) => ({ ...now, open: first.key, asked: true }))} />;
  }
  if (shown.changed) {
    const close = () => setAttention((now) => ({ ...now, open: null, seen: new Set([...now.seen, shown.key]) }));
    return <ChangedKeyDialog key={shown.key} changed={shown.changed} unasked={!asked} onClose={close} />;
  }
  return shown.question.kind === "new-host-key" ? (
    <NewKeyDialog key={shown.key} question={shown.question} unasked={!asked} />
  ) : (
    <SecretDialog key={shown.key} question={shown.question} unasked={!asked} />
  );
}

function waiting(
  changedKeys: readonly ChangedHostKey[],
  questions: readonly Question[],
  seen: ReadonlySet<string>,
): Matter[] {
  return [
    ...changedKeys.map((changed) => ({
      key: `${changed.device} ${changed.offered.sha256}`,
      device: changed.device,
      changed,
    })),
    ...questions.map((question) => ({ key: question.id, device: question.device, changed: null, question })),
  ].filter(({ key }) => !seen.has(key));
}

/** Nobody types, or no key was pressed since a terminal on the device was opened. */
function mayInterrupt(device: string): boolean {
  if (!isTyping()) return true;
  return Object.values(useTerminals.getState().value?.terminals ?? {}).some(
    (terminal) => terminal.device === device && terminal.status === "connecting" && terminal.openedAt > typedAt(),
  );
}

/** Tells what waits, without taking the keyboard. */
function Bar({ matters, onOpen }: { readonly matters: readonly Matter[]; readonly onOpen: (() => void) | null }) {
  const [first] = matters;
  if (!first) return null;
  const others = matters.length - 1;
  return (
    <section className="hr-asking" aria-label="SSH asks">
      <StateMark state={first.changed ? "down" : "degraded"} />
      <span role="status">
        {sentence(first)}
        {others > 0 && ` ${others} more ${others === 1 ? "waits" : "wait"}.`}
      </span>
      <Button variant="default" disabled={onOpen === null} onClick={() => onOpen?.()}>
        {first.changed ? "Compare the keys…" : "Answer…"}
      </Button>
    </section>
  );
}

function sentence(matter: Matter): string {
  if (matter.changed) return `${matter.device} was refused: its host key has changed.`;
  if (matter.question.kind === "new-host-key") return `${matter.device} shows a host key that is not on record.`;
  return matter.question.secret === "passphrase"
    ? `Reaching ${matter.device} needs the passphrase of a key.`
    : `${matter.device} asks for ${matter.question.secret === "password" ? "a password" : "an answer"}.`;
}
