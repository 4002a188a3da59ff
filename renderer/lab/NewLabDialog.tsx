/** Owns where a new lab file is written: beside the others, named after the lab, until another path is typed. */
import { Button, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { createLab } from "../actions.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { FileBrowser } from "./FileBrowser.tsx";

const slug = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "lab";

/** A new lab file: a name, a rack, a place on disk. An existing file is never overwritten. */
export function NewLabDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [units, setUnits] = useState<number | "">(24);
  const [dir, setDir] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const path = typed ?? (dir ? `${dir.replace(/\/$/, "")}/${slug(name)}.yaml` : "");
  const { busy, fault, run } = useWork();
  const create = async () => {
    if (units !== "" && (await run(() => createLab({ path: path.trim(), name: name.trim(), units })))) onClose();
  };
  return (
    <Dialog onClose={onClose} title="Make a lab file" size="lg" changed={name !== "" || units !== 24 || typed !== null}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div className="hr-form" style={{ marginBottom: 8 }}>
          <TextInput
            label="Name of the lab"
            value={name}
            maxLength={120}
            data-autofocus
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <NumberInput
            label="Rack height in units"
            value={units}
            min={1}
            max={60}
            clampBehavior="strict"
            onChange={(value) => setUnits(typeof value === "number" ? value : "")}
          />
        </div>
        <FileBrowser label="File to write" autoFocus={false} path={path} onPath={setTyped} onFolder={setDir} />
        <DialogActions fault={fault}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === "" || path.trim() === "" || units === ""}>
            Write the lab file and open it
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
