/** Adds a device that the fabric shows and the lab file does not name: filled in as far as it was seen, with its cables. */
import { Button } from "@mantine/core";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { useLab } from "../stores.ts";
import { AddDeviceForm } from "./AddDeviceDialog.tsx";

export function AddSeenDeviceDialog({ node, onClose }: { readonly node: string; readonly onClose: () => void }) {
  const state = useLab((mirror) => mirror.value);
  const asked = useAnswer(node, async (signal) => ({ seen: await client.fabric.suggestDevice({ node }, { signal }) }));
  if (!state?.lab) return null;
  if (asked.value?.seen) {
    return <AddDeviceForm lab={state.lab} types={state.deviceTypes} seen={asked.value.seen} onClose={onClose} />;
  }
  if (asked.value === null && asked.fault === null) return null;
  return (
    <Dialog onClose={onClose} title="Add a device that was seen">
      {asked.value !== null && (
        <p className="hr-p">It is not in the fabric any more, or the lab file names it by now.</p>
      )}
      <AnswerFault of={[asked]} tone="down" />
      <DialogActions fault={null} why={null}>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}
