import { useState } from "react";
import { useSsh } from "../stores.ts";
import { ChangedKeyDialog } from "./ChangedKeyDialog.tsx";
import { NewKeyDialog } from "./NewKeyDialog.tsx";
import { SecretDialog } from "./SecretDialog.tsx";
import "./ssh.css";

/** Shows what SSH asks the admin, one question at a time: refusals first, then questions in the order they came. */
export function SshDialogs() {
  const ssh = useSsh((mirror) => mirror.value);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  if (!ssh) return null;
  const changed = ssh.changedKeys.find(({ device, offered }) => !seen.has(`${device} ${offered.sha256}`));
  if (changed) {
    const key = `${changed.device} ${changed.offered.sha256}`;
    return <ChangedKeyDialog key={key} changed={changed} onClose={() => setSeen(new Set([...seen, key]))} />;
  }
  const [question] = ssh.questions;
  if (!question) return null;
  return question.kind === "new-host-key" ? (
    <NewKeyDialog key={question.id} question={question} />
  ) : (
    <SecretDialog key={question.id} question={question} />
  );
}
