/** Owns the foot of a dialog that edits the lab file: drop it, keep it unsaved where saving failed, or do it. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { DialogActions } from "../kit/DialogActions.tsx";
import type { LabEditing } from "./use-lab-edit.ts";

export function EditActions({
  editing,
  fault = null,
  why,
  notice,
  aside,
  cancel = "Cancel",
  cautious = false,
  onClose,
  children,
}: {
  readonly editing: LabEditing;
  /** A fault of the dialog's own, told before the edit's. */
  readonly fault?: Fault | null;
  readonly why: string | null;
  readonly notice?: ReactNode;
  readonly aside?: ReactNode;
  readonly cancel?: string;
  /** True where the keyboard starts at leaving everything as it is. */
  readonly cautious?: boolean;
  readonly onClose: () => void;
  /** The button that makes the edit. */
  readonly children: ReactNode;
}) {
  return (
    <DialogActions fault={fault ?? editing.fault} why={why} notice={notice} aside={aside}>
      <Button variant="default" data-autofocus={cautious || undefined} onClick={onClose}>
        {cancel}
      </Button>
      {editing.keep && (
        <Button variant="default" disabled={editing.busy || !editing.ready} onClick={editing.keep}>
          Keep it unsaved
        </Button>
      )}
      {children}
    </DialogActions>
  );
}
