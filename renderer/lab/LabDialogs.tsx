import { openDialog, useUi } from "../stores.ts";
import { AddDeviceDialog } from "./AddDeviceDialog.tsx";
import { ImportDialog } from "./ImportDialog.tsx";
import { NewLabDialog } from "./NewLabDialog.tsx";
import { OpenLabDialog } from "./OpenLabDialog.tsx";

/** The dialogs that make and change a lab file. */
export function LabDialogs() {
  const dialog = useUi((ui) => ui.dialog);
  const close = () => openDialog(null);
  switch (dialog?.kind) {
    case "open-lab":
      return <OpenLabDialog onClose={close} />;
    case "new-lab":
      return <NewLabDialog onClose={close} />;
    case "add-device":
      return <AddDeviceDialog onClose={close} />;
    case "import-hosts":
      return <ImportDialog onClose={close} />;
    default:
      return null;
  }
}
