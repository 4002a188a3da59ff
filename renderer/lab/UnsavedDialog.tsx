import { Button } from "@mantine/core";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { FileDiff } from "../kit/FileDiff.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { useLab } from "../stores.ts";
import { type UnsavedQuestion, useUnsaved } from "./unsaved.ts";

/** Shows what of the lab is not in its file, and asks whether it is saved or goes. */
export function UnsavedDialog() {
  const question = useUnsaved((unsaved) => unsaved.question);
  return question && <Question {...question} />;
}

function Question({ before, drop, answer }: UnsavedQuestion) {
  const lab = useLab((mirror) => mirror.value?.lab);
  const why = useLab((mirror) => mirror.value?.saveFault);
  const conflict = useLab((mirror) => mirror.value?.conflict) ?? "none";
  const asked = useAnswer("unsaved", (signal) => client.lab.unsaved(undefined, { signal }), {
    news: [lab, conflict],
    keep: true,
  });
  const saving = useWork();
  const dropping = useWork();
  const cancel = () => answer(false);
  const save = async () => {
    const call = () =>
      conflict === "none"
        ? client.lab.save()
        : client.lab.resolveConflict({ keep: "mine", disk: asked.value?.disk ?? null });
    if (await saving.run(call)) answer(true);
    else asked.again();
  };
  const vanished = conflict === "vanished";
  const forget = async () => {
    if (await dropping.run(vanished ? () => client.lab.close({ dropUnsaved: true }) : drop)) answer(true);
  };
  const and = before === null ? "" : ` and ${before}`;
  return (
    <Dialog onClose={cancel} title="Changes to the lab are not saved" size="lg">
      {why && (
        <p className="hr-p">
          {why.title}. {why.detail}
        </p>
      )}
      {conflict === "changed-on-disk" && (
        <p className="hr-p">
          The lab file was changed by another program meanwhile: what that changed is lost where this version is written
          over it.
        </p>
      )}
      {vanished && (
        <p className="hr-p">
          The lab file is no longer where it was: there is no version of it to take. Write the lab there again, or close
          it without what is not saved.
        </p>
      )}
      {asked.value && (
        <>
          <h3 className="hr-h3">What is not in the file</h3>
          <FileDiff diff={asked.value.diff} label="What is not in the lab file" />
        </>
      )}
      <AnswerFault of={[asked]} tone="degraded" />
      <DialogActions fault={saving.fault ?? dropping.fault}>
        <Button variant="default" data-autofocus onClick={cancel}>
          Cancel
        </Button>
        <Button color="red" loading={dropping.busy} disabled={saving.busy || !asked.current} onClick={forget}>
          {vanished && before === null ? "Close this lab without them" : `Drop the changes${and}`}
        </Button>
        <Button
          loading={saving.busy}
          disabled={dropping.busy || !(conflict === "none" || asked.current)}
          onClick={save}
        >
          {conflict === "none" ? "Save again" : vanished ? "Write the lab there again" : "Write this version over it"}
          {and}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
