import { Button } from "@mantine/core";
import { useState } from "react";
import { replaceLab } from "../actions.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { FileBrowser } from "./FileBrowser.tsx";

export function OpenLabDialog({ onClose }: { readonly onClose: () => void }) {
  const [path, setPath] = useState("");
  const { busy, fault, run } = useWork();
  const open = async (file: string) => {
    setPath(file);
    if (!(await run(() => replaceLab(file)))) return;
    onClose();
  };
  return (
    <Dialog onClose={onClose} title="Open a lab file" size="lg">
      <FileBrowser label="Lab file" path={path} onPath={setPath} onFile={open} />
      <DialogActions fault={fault}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={busy} disabled={path.trim() === ""} onClick={() => open(path.trim())}>
          Open this lab
        </Button>
      </DialogActions>
    </Dialog>
  );
}
