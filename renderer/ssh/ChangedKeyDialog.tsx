/** Owns what it takes to replace a recorded host key: the offered fingerprint, looked at and typed in part. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ChangedHostKey } from "../../electron/contract/ssh.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { KeyCard } from "./KeyCard.tsx";

/** Of the fingerprint, in characters: enough that nobody types them without looking. */
const typedLength = 6;

/** The refusal of a changed host key: both keys side by side; replacing takes the new fingerprint's last characters. */
export function ChangedKeyDialog({
  changed,
  unasked = false,
  onClose,
}: {
  readonly changed: ChangedHostKey;
  readonly unasked?: boolean;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const { device, address, known, offered, replaceable } = changed;
  const wanted = offered.sha256.slice(-typedLength);
  const { busy, fault, run } = useWork();
  const replace = async () => {
    if (!(await run(() => client.ssh.replaceHostKey({ device, sha256: offered.sha256 })))) return;
    onClose();
    await attempt(client.ssh.connect({ device }));
  };
  return (
    <Dialog unasked={unasked} onClose={onClose} title={`Refused: the host key of ${device} has changed`} size={860}>
      <p className="hr-p">
        <span className="hr-mono">{address}</span> offers another key than the one on record. Either the machine was
        installed again or got new keys, or something else answers at its address. Nothing was sent to it, no password
        either.
      </p>
      <div className="hr-keys">
        {known.map((key) => (
          <KeyCard
            key={`${key.file}:${key.line}`}
            title="On record"
            hostKey={key}
            where={`${key.file}, line ${key.line}`}
          />
        ))}
        <KeyCard title="Offered now" hostKey={offered} tail={replaceable ? typedLength : 0} />
      </div>
      {replaceable ? (
        <TextInput
          mt="md"
          label="To replace the recorded key, type the last six characters of the offered fingerprint"
          value={typed}
          error={
            typed.trim().length >= typedLength && typed.trim() !== wanted
              ? "The offered fingerprint ends otherwise; capital letters count"
              : undefined
          }
          autoComplete="off"
          spellCheck={false}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      ) : (
        <p className="hr-p">
          The recorded key stands in a file that Halfrack does not write. To remove it, run:{" "}
          {known.map(({ file, line }) => (
            <code key={`${file}:${line}`} className="hr-mono hr-key-sha">
              ssh-keygen -R {address.replace(/^.*@/, "")} -f {file}
            </code>
          ))}
        </p>
      )}
      <DialogActions fault={fault}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep refusing
        </Button>
        {replaceable && (
          <Button color="red" loading={busy} disabled={typed.trim() !== wanted} onClick={replace}>
            Replace the recorded key and connect
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
