import { Button } from "@mantine/core";
import { useState } from "react";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { useWork } from "../kit/use-work.ts";
import { useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { EditActions } from "./EditActions.tsx";
import { FileBrowser } from "./FileBrowser.tsx";
import { typeName } from "./type-name.ts";
import { useLabEdit } from "./use-lab-edit.ts";

type Read = Awaited<ReturnType<typeof client.lab.importDeviceType>>;

/** Reads a NetBox device-type file, shows what was understood, and adds it to the lab file. */
export function ImportDeviceTypeDialog({
  onImported,
  onClose,
}: {
  readonly onImported?: (slug: string) => void;
  readonly onClose: () => void;
}) {
  const types = useLab((mirror) => mirror.value?.deviceTypes) ?? {};
  const why = useReadOnlyWhy();
  const [path, setPath] = useState("");
  const [read, setRead] = useState<Read | null>(null);
  const { busy, fault, run } = useWork();
  const choose = (file: string) => {
    setPath(file);
    setRead(null);
  };
  const look = async (file: string) => {
    setPath(file);
    setRead(await run(() => client.lab.importDeviceType({ path: file.trim() })));
  };
  const add = ({ deviceType }: Read) => {
    const done = () => {
      onImported?.(deviceType.slug);
      onClose();
    };
    return { edits: [{ op: "add-device-type", deviceType } as const], done };
  };
  const editing = useLabEdit(read && why === null ? () => add(read) : null);
  const known = read ? types[read.deviceType.slug] : undefined;
  return (
    <Dialog onClose={onClose} title="Import a device type" size="lg">
      <p className="hr-p hr-dim">
        A device-type file as NetBox and its community's library write them (YAML). It is added to this lab file.
      </p>
      <FileBrowser label="Device-type file" path={path} onPath={choose} onFile={look} />
      {read && (
        <section className="hr-found" aria-label="What was understood">
          <strong>{typeName(read.deviceType)}</strong>
          <span className="hr-dim">
            {read.deviceType.kind}, {portsText(read.deviceType.ports)}; written to the lab file as{" "}
            <span className="hr-mono">{read.deviceType.slug}</span>
          </span>
          {known && <span>It takes the place of {typeName(known)}, which has the same slug.</span>}
          {read.notes.length > 0 && (
            <ul aria-label="Notes of the import">
              {read.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </section>
      )}
      <EditActions editing={editing} fault={fault} why={why} onClose={onClose}>
        {read ? (
          <Button disabled={!editing.ready} loading={editing.busy} onClick={editing.edit}>
            Add {read.deviceType.model}
          </Button>
        ) : (
          <Button disabled={path.trim() === ""} loading={busy} onClick={() => look(path)}>
            Read the file
          </Button>
        )}
      </EditActions>
    </Dialog>
  );
}

/** `18 infiniband and 2 power ports`. */
function portsText(ports: Read["deviceType"]["ports"]): string {
  const kinds = new Map<string, number>();
  for (const { kind } of ports) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  if (kinds.size === 0) return "no ports";
  const parts = [...kinds].map(([kind, count]) => `${count} ${kind}`);
  return `${parts.join(", ")} ${ports.length === 1 ? "port" : "ports"}`;
}
