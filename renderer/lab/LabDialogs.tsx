import { OpenSavedDialog } from "../graph/OpenSavedDialog.tsx";
import { CatalogueDialog } from "../logs/CatalogueDialog.tsx";
import { OpenBundleDialog } from "../logs/OpenBundleDialog.tsx";
import { PlanDialog } from "../plan/PlanDialog.tsx";
import { openDialog, useUi } from "../stores.ts";
import { AddDeviceDialog } from "./AddDeviceDialog.tsx";
import { AddSeenDeviceDialog } from "./AddSeenDeviceDialog.tsx";
import { EditDeviceDialog } from "./EditDeviceDialog.tsx";
import { EditLabDialog } from "./EditLabDialog.tsx";
import { ImportDeviceTypeDialog } from "./ImportDeviceTypeDialog.tsx";
import { ImportDialog } from "./ImportDialog.tsx";
import { NewLabDialog } from "./NewLabDialog.tsx";
import { OpenLabDialog } from "./OpenLabDialog.tsx";
import { RemoveDeviceDialog } from "./RemoveDeviceDialog.tsx";
import { UnsavedDialog } from "./UnsavedDialog.tsx";
import "./lab.css";

/** The dialogs that make and change a lab file, and the question over any of them what becomes of unsaved changes. */
export function LabDialogs() {
  return (
    <>
      <ChosenDialog />
      <UnsavedDialog />
    </>
  );
}

function ChosenDialog() {
  const dialog = useUi((ui) => ui.dialog);
  const close = () => openDialog(null);
  switch (dialog?.kind) {
    case "open-lab":
      return <OpenLabDialog onClose={close} />;
    case "open-saved":
      return <OpenSavedDialog onClose={close} />;
    case "open-bundle":
      return <OpenBundleDialog opened={dialog.opened ?? null} onClose={close} />;
    case "log-catalogue":
      return <CatalogueDialog onClose={close} />;
    case "new-lab":
      return <NewLabDialog onClose={close} />;
    case "add-device":
      return dialog.node === undefined ? (
        <AddDeviceDialog onClose={close} />
      ) : (
        <AddSeenDeviceDialog key={dialog.node} node={dialog.node} onClose={close} />
      );
    case "edit-device":
      return <EditDeviceDialog key={dialog.device} device={dialog.device} onClose={close} />;
    case "remove-device":
      return <RemoveDeviceDialog device={dialog.device} onClose={close} />;
    case "import-hosts":
      return <ImportDialog onClose={close} />;
    case "import-device-type":
      return <ImportDeviceTypeDialog onClose={close} />;
    case "edit-lab":
      return <EditLabDialog onClose={close} />;
    case "plan":
      return <PlanDialog onClose={close} />;
    default:
      return null;
  }
}
