import { Button, Group, Modal } from "@mantine/core";
import { useState } from "react";
import { openLab } from "../actions.ts";
import { FileBrowser } from "./FileBrowser.tsx";

export function OpenLabDialog({ onClose }: { readonly onClose: () => void }) {
  const [path, setPath] = useState("");
  const open = async (file: string) => {
    if (await openLab(file)) onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Open a lab file" size="lg">
      <FileBrowser label="Lab file" path={path} onPath={setPath} onFile={open} />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={path.trim() === ""} onClick={() => open(path.trim())}>
          Open this lab
        </Button>
      </Group>
    </Modal>
  );
}
