import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import type { Question } from "../../electron/contract/ssh.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { KeyCard } from "./KeyCard.tsx";

/** A host key never seen before: trusted once by the admin, who compares the fingerprint. */
export function NewKeyDialog({
  question,
  unasked,
}: {
  readonly question: Extract<Question, { kind: "new-host-key" }>;
  readonly unasked: boolean;
}) {
  const [remember, setRemember] = useState(true);
  const { busy, fault, run } = useWork();
  const answer = (trust: boolean) =>
    run(() => client.ssh.answer({ id: question.id, answer: trust ? { kind: "trust", remember } : null }));
  return (
    <Dialog unasked={unasked} onClose={() => answer(false)} title={`Is this ${question.device}?`} size="md">
      <p className="hr-p">
        <span className="hr-mono">{question.address}</span> shows a host key that is not on record. Compare it with the
        one the device itself prints (<span className="hr-mono">ssh-keygen -lvf /etc/ssh/ssh_host_…_key.pub</span> on
        its console).
      </p>
      <KeyCard title="Key offered" hostKey={question.key} />
      <Checkbox
        mt="md"
        label="Record this key, so that a change is noticed"
        checked={remember}
        onChange={({ currentTarget }) => setRemember(currentTarget.checked)}
      />
      <DialogActions fault={fault}>
        <Button variant="default" data-autofocus onClick={() => answer(false)}>
          Do not connect
        </Button>
        <Button loading={busy} onClick={() => answer(true)}>
          Trust this key and connect
        </Button>
      </DialogActions>
    </Dialog>
  );
}
