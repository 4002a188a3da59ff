import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { dialogOpen, focusBack } from "./focus.ts";

/** A dialog that came by itself takes no key for this long: what was being typed must not answer it. */
const settleMs = 500;

/** A dialog that is open for as long as it is mounted; the keyboard goes back to where it was when it closes. */
export function Dialog({
  unasked = false,
  children,
  ...props
}: Omit<ModalProps, "opened"> & {
  /** True when nobody asked for it just now. */
  readonly unasked?: boolean;
}) {
  const [settled, setSettled] = useState(!unasked);
  useEffect(() => {
    if (settled) return;
    const timer = setTimeout(() => setSettled(true), settleMs);
    return () => clearTimeout(timer);
  }, [settled]);
  useEffect(
    () => () => {
      // Another dialog may take its place, and keeps the keyboard then.
      setTimeout(() => {
        if (!dialogOpen()) focusBack();
      });
    },
    [],
  );
  return (
    <Modal
      opened
      returnFocus={false}
      closeOnEscape={settled}
      {...props}
      onKeyDownCapture={(event) => {
        if (settled) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {children}
    </Modal>
  );
}
