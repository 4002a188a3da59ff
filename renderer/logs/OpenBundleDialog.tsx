import { Button } from "@mantine/core";
import { useState } from "react";
import type { Opened } from "../../electron/contract/logs/opened.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { FileBrowser } from "../lab/FileBrowser.tsx";
import { go } from "../stores.ts";
import { archiveEndings } from "./archive-endings.ts";
import { openBundle } from "./opening.ts";
import { showCollection } from "./store.ts";

export function OpenBundleDialog({
  opened: first = null,
  onClose,
}: {
  /** What was opened already, and is odd. */
  readonly opened?: Opened | null;
  readonly onClose: () => void;
}) {
  const [path, setPath] = useState("");
  const [odd, setOdd] = useState<Opened | null>(first);
  const [progress, setProgress] = useState("");
  const { busy, fault, run } = useWork();
  const show = ({ collection }: Opened) => {
    showCollection(collection.id);
    go("logs");
    onClose();
  };
  const open = async (file: string) => {
    setPath(file);
    setProgress("");
    const opened = await run(() => openBundle({ path: file }, setProgress));
    if (opened === null) return;
    if (opened.problems.length === 0) show(opened);
    else setOdd(opened);
  };
  if (odd !== null)
    return (
      <Dialog onClose={() => show(odd)} title="The bundle was opened, with what is odd about it" size="lg">
        <p className="hr-dialog-text">
          {odd.manifest ? "" : "Halfrack did not write this archive: its files are shown as they are. "}
          What is named here is not as it should be; everything else can be read.
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <ul className="lg-odd" tabIndex={0}>
          {odd.problems.map(({ path: member, reason }) => (
            <li key={`${member} ${reason}`}>
              <code>{member}</code> {reason}
            </li>
          ))}
        </ul>
        <DialogActions>
          <Button data-autofocus onClick={() => show(odd)}>
            Show what is in it
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Dialog onClose={onClose} title="Open a bundle" size="lg">
      <p className="hr-dialog-text">
        A support bundle of Halfrack, or any archive of logs: an sosreport, a vendor's collection, a tar or zip file.
        Nothing in it is run, and nothing of it is written outside the profile.
      </p>
      <FileBrowser label="Bundle" path={path} endings={archiveEndings} onPath={setPath} onFile={open} />
      <p className="hr-dim" role="status">
        {busy && progress}
      </p>
      <DialogActions fault={fault}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={busy} disabled={path.trim() === ""} onClick={() => open(path.trim())}>
          Open this bundle
        </Button>
      </DialogActions>
    </Dialog>
  );
}
