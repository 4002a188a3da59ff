import { Button } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { FileBrowser } from "../lab/FileBrowser.tsx";
import { openSavedPaths } from "./saved.ts";

/** Every file: outputs are saved under any name. */
const anyEnding = [""];

/** Chooses a file, or the folder that is shown, of the machine Halfrack runs on. */
export function OpenSavedDialog({ onClose }: { readonly onClose: () => void }) {
  const [path, setPath] = useState("");
  const [folder, setFolder] = useState<string | null>(null);
  const { busy, fault, run } = useWork();
  const read = async (wanted: string) => {
    if (await run(() => openSavedPaths([wanted]).then(() => true))) onClose();
  };
  const chosen = path.trim();
  return (
    <Dialog onClose={onClose} title="Open saved outputs" size="lg">
      <p className="hr-dialog-text">
        What fabric tools printed (ibnetdiscover, iblinkinfo, ibstat and others), in a file, a folder or a bundle (tar,
        zip). Files can be dropped on the window, too.
      </p>
      <FileBrowser
        label="File or folder"
        path={path}
        endings={anyEnding}
        onPath={setPath}
        onFile={read}
        onFolder={setFolder}
      />
      <DialogActions fault={fault}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={busy}
          disabled={chosen === "" && folder === null}
          onClick={() => read(chosen === "" ? (folder ?? "") : chosen)}
        >
          {chosen === "" ? "Read all of this folder" : "Read these outputs"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
