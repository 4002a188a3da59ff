import { Modal, type ModalProps } from "@mantine/core";

/** A dialog of the dock: its own focus is given back by whoever closes it, its cross has a name. */
export function DockModal({ children, ...props }: Omit<ModalProps, "opened">) {
  return (
    <Modal opened returnFocus={false} closeButtonProps={{ "aria-label": "Close this dialog" }} {...props}>
      {children}
    </Modal>
  );
}
