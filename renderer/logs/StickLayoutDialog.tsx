/** Owns how one stick layout is edited; it is checked while it is typed, and saved as a whole. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { StickLayout, StickLayouts } from "../../electron/contract/logs/stick-layout.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { draftOf, layoutOf, type StickField } from "./stick-draft.ts";

const mono = { input: { fontFamily: "var(--hr-mono)" } };
/** Fields side by side stay on one line, whatever is said of them. */
const hintBelow: ("label" | "input" | "error" | "description")[] = ["label", "input", "error", "description"];

export function StickLayoutDialog({
  layout,
  taken,
  shipped,
  onSaved,
  onClose,
}: {
  readonly layout: StickLayout;
  /** Ids that a new one may not have. */
  readonly taken: readonly string[];
  /** It ships: what is saved takes its place. */
  readonly shipped: boolean;
  readonly onSaved: (layouts: StickLayouts) => void;
  readonly onClose: () => void;
}) {
  const [first] = useState(() => draftOf(layout));
  const [draft, setDraft] = useState(first);
  const { busy, fault, run } = useWork();
  const fresh = taken.length > 0;
  const read = layoutOf(draft, layout);
  const errors = "errors" in read ? read.errors : {};
  const idTaken = fresh && taken.includes(draft.id.trim());
  const wrong = Object.keys(errors).length + (idTaken ? 1 : 0);
  const field = (name: StickField) => ({
    value: draft[name],
    error: name === "id" && idTaken ? "There is a layout with this id" : (errors[name] ?? null),
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setDraft((before) => ({ ...before, [name]: value })),
  });
  const save = async () => {
    if (!("layout" in read)) return;
    const saved = await run(() => client.logs.saveStickLayout(read.layout));
    if (saved === null) return;
    onSaved(saved);
    onClose();
  };
  return (
    <Dialog
      onClose={onClose}
      title={fresh ? "A stick layout of your own" : `Edit ${layout.title}`}
      size="lg"
      changed={fresh || JSON.stringify(draft) !== JSON.stringify(first)}
    >
      <form
        className="lg-layout-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {shipped && <p className="hr-dim">Saved, it takes the place of the shipped one, which can be had again.</p>}
        <TextInput label="Name" data-autofocus {...field("title")} />
        <TextInput label="Id" disabled={!fresh} styles={mono} {...field("id")} />
        <Textarea label="Where the numbers come from" autosize minRows={2} maxRows={4} {...field("note")} />
        <TextInput
          label="Log begins at"
          description="Bytes from the beginning of the disk"
          inputWrapperOrder={hintBelow}
          styles={mono}
          {...field("logOffset")}
        />
        <TextInput
          label="Its length"
          description="0x1400000, 20971520 or 20 MiB"
          inputWrapperOrder={hintBelow}
          styles={mono}
          {...field("logLength")}
        />
        <TextInput label="Version's text begins at" styles={mono} {...field("versionOffset")} />
        <TextInput label="Its length" styles={mono} {...field("versionLength")} />
        <TextInput label="Word in the version's line" {...field("versionWord")} />
        <TextInput label="Whole image" styles={mono} {...field("imageBytes")} />
        <Textarea
          label="Partitions"
          description="One in each line: type, first sector, number of sectors"
          inputWrapperOrder={hintBelow}
          autosize
          minRows={2}
          maxRows={4}
          styles={mono}
          {...field("partitions")}
        />
        <Textarea
          label="Markers"
          description="Texts near the beginning of the disk, one in each line"
          inputWrapperOrder={hintBelow}
          autosize
          minRows={2}
          maxRows={4}
          styles={mono}
          {...field("markers")}
        />
        <DialogActions fault={fault} why={wrong > 0 ? "What is marked has to be corrected first." : null}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={wrong > 0}>
            Save layout
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
