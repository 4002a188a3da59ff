import { Button } from "@mantine/core";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import type { Loop } from "./use-rack-input.ts";

/** Asks before a cable is planned that carries nothing between two devices; not planning it is the default. */
export function LoopQuestion({
  loop: { from, to },
  onPlan,
  onClose,
}: {
  readonly loop: Loop;
  readonly onPlan: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog onClose={onClose} title="Plan a loop?" size="sm">
      <p className="hr-p">
        Ports {from.port} and {to.port} are both on {from.device}. A cable between them reaches no other device; it
        serves to test a port or a cable.
      </p>
      <DialogActions>
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={onPlan}>Plan the loop</Button>
      </DialogActions>
    </Dialog>
  );
}
