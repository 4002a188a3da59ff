/** Owns how long a secret stays in the page: until it is sent, never while the server thinks about it. */
import { Button, Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Question } from "../../electron/contract/ssh.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";

type SecretQuestion = Extract<Question, { kind: "secret" }>;

const titles: Readonly<Record<SecretQuestion["secret"], string>> = {
  passphrase: "Passphrase of a key",
  password: "Password",
  prompt: "The server asks",
  command: "A command asks",
};

/** Asks for what only the admin knows. The server's own words are shown as plain text, marked as the server's. */
export function SecretDialog({ question, unasked }: { readonly question: SecretQuestion; readonly unasked: boolean }) {
  const [values, setValues] = useState(() => question.prompts.map(() => ""));
  const [remember, setRemember] = useState(false);
  const { busy, fault, run } = useWork();
  const dismiss = () => run(() => client.ssh.answer({ id: question.id, answer: null }));
  const send = async () => {
    const given = values;
    // What was typed does not stay in the page while the server thinks about it.
    setValues(question.prompts.map(() => ""));
    await run(() => client.ssh.answer({ id: question.id, answer: { kind: "secret", values: given, remember } }));
  };
  return (
    <Dialog unasked={unasked} onClose={dismiss} title={`${titles[question.secret]}: ${question.device}`} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p className="hr-p hr-mono">{question.subject}</p>
        {question.again && (
          <p className="hr-p hr-again" role="alert">
            The last answer was not accepted.
          </p>
        )}
        {question.instructions && <pre className="hr-server-says hr-mono">{question.instructions}</pre>}
        {question.prompts.map(({ text, echo }, index) => {
          const Field = echo ? TextInput : PasswordInput;
          return (
            <Field
              // biome-ignore lint/suspicious/noArrayIndexKey: the prompts of one question never change their order
              key={index}
              label={text}
              value={values[index] ?? ""}
              autoComplete="off"
              data-autofocus={index === 0 || undefined}
              mt="sm"
              onChange={({ currentTarget }) => setValues(values.with(index, currentTarget.value))}
            />
          );
        })}
        {(question.secret === "passphrase" || question.secret === "password") && (
          <Checkbox
            mt="md"
            label="Keep it for later connections"
            checked={remember}
            onChange={({ currentTarget }) => setRemember(currentTarget.checked)}
          />
        )}
        <DialogActions fault={fault}>
          <Button variant="default" onClick={dismiss}>
            {question.secret === "command" ? "Do not answer" : "Do not connect"}
          </Button>
          <Button type="submit" loading={busy}>
            {question.secret === "command" ? "Send" : "Connect"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
