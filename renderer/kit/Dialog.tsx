/** Owns how a dialog is closed: the one on top only, and never with changes that nobody agreed to lose. */
import { Button, Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { DialogActions } from "./DialogActions.tsx";
import { overlayClosed, overlayOpen } from "./focus.ts";
import { useAskBeforeLeaving } from "./use-ask-before-leaving.ts";

/** A dialog that came by itself takes no key for this long: what was being typed must not answer it. */
const settleMs = 500;

/** Open dialogs, the one on top last; each hears of Escape, whichever is on top. */
const open: symbol[] = [];

/** A dialog that is open for as long as it is mounted; the keyboard goes back to where it was when it closes. */
export function Dialog({
  unasked = false,
  changed = false,
  onClose,
  children,
  ...props
}: Omit<ModalProps, "opened"> & {
  /** True when nobody asked for it just now. */
  readonly unasked?: boolean;
  /** True while it holds changes that are saved nowhere: closing it, or leaving the page, asks first. */
  readonly changed?: boolean;
}) {
  const [settled, setSettled] = useState(!unasked);
  const [asking, setAsking] = useState(false);
  const [self] = useState(() => Symbol("dialog"));
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    if (settled) return;
    const timer = setTimeout(() => setSettled(true), settleMs);
    return () => clearTimeout(timer);
  }, [settled]);
  useEffect(() => {
    open.push(self);
    return () => {
      open.splice(open.indexOf(self), 1);
      // Another dialog may take its place, and keeps the keyboard then; one below it gets it back.
      setTimeout(() => {
        if (overlayOpen() && document.activeElement === document.body) focusBelow(before);
        overlayClosed();
      });
    };
  }, [self, before]);
  useAskBeforeLeaving(changed);
  const close = () => {
    if (open.at(-1) !== self) return;
    if (changed) setAsking(true);
    else onClose();
  };
  return (
    <>
      <Modal
        opened
        returnFocus={false}
        closeOnEscape={settled}
        {...props}
        onClose={close}
        onKeyDownCapture={(event) => {
          if (settled) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {children}
      </Modal>
      {asking && changed && <DiscardQuestion title={props.title} onKeep={() => setAsking(false)} onDiscard={onClose} />}
    </>
  );
}

/** Puts the keyboard back into the dialog that is on top now: where it was, if that is still there. */
function focusBelow(before: Element | null): void {
  const place = before?.isConnected && before.closest("[role=dialog]") ? before : contents().at(-1);
  if (place instanceof HTMLElement) place.focus();
}

const contents = (): readonly Element[] => [...document.querySelectorAll(".mantine-Modal-content")];

/** Over the dialog, so that what would be lost stays in sight; Enter and Escape keep it. */
function DiscardQuestion({
  title,
  onKeep,
  onDiscard,
}: {
  readonly title: React.ReactNode;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}) {
  return (
    <Dialog onClose={onKeep} title="Discard changes?" size="sm">
      <p className="hr-dialog-text">What was changed in “{title}” is not saved.</p>
      <DialogActions>
        <Button variant="default" data-autofocus onClick={onKeep}>
          Keep editing
        </Button>
        <Button color="red" onClick={onDiscard}>
          Discard
        </Button>
      </DialogActions>
    </Dialog>
  );
}
