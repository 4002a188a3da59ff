import { openDialog, useUi } from "../stores.ts";
import { ImportCablesDialog } from "./ImportCablesDialog.tsx";
import { SheetDialog } from "./SheetDialog.tsx";
import "./sheet.css";

/** The dialogs of the cabling sheet. */
export function SheetDialogs() {
  const dialog = useUi((ui) => ui.dialog);
  const close = () => openDialog(null);
  if (dialog?.kind === "cabling-sheet") return <SheetDialog onClose={close} />;
  if (dialog?.kind === "import-cables") return <ImportCablesDialog onClose={close} />;
  return null;
}
