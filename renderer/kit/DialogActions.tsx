/** Owns the foot of a dialog: what went wrong, why it cannot go on, and its buttons, in sight however long the dialog is. */
import type { ReactNode } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { FaultView } from "./FaultView.tsx";
import "./dialog-actions.css";

/** The last thing in a dialog's body: buttons from the right, the one that does what the dialog is for last. */
export function DialogActions({
  fault = null,
  why = null,
  notice,
  aside,
  children,
}: {
  /** Why the last try failed. */
  readonly fault?: Fault | null;
  /** Why the dialog cannot do what it is for, in words; a fault says more. */
  readonly why?: string | null;
  /** What came up meanwhile and waits for an answer before the dialog can go on. */
  readonly notice?: ReactNode;
  /** A button that leads elsewhere; it stands apart, at the left. */
  readonly aside?: ReactNode;
  /** The buttons. */
  readonly children: ReactNode;
}) {
  return (
    <footer className="hr-dialog-actions">
      {notice}
      {fault && <FaultView fault={fault} />}
      {why && !fault && <p className="hr-dim">{why}</p>}
      <div>
        {aside && <span>{aside}</span>}
        {children}
      </div>
    </footer>
  );
}
