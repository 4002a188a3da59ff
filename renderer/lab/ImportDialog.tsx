/** Owns the way from a file of hosts to devices: read, choose, add. Nothing is written before the last step. */
import { Button, Checkbox, Group, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ImportResult } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { useWork } from "../kit/use-work.ts";
import { useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { EditActions } from "./EditActions.tsx";
import { FileBrowser } from "./FileBrowser.tsx";
import { TypeSelect } from "./TypeSelect.tsx";
import { useLabEdit } from "./use-lab-edit.ts";

type Kind = "ssh-config" | "ansible";
/** Neither format has an ending of its own. */
const anyFile = [""];

/** Reads hosts from a file, lets the admin pick, and adds the picked ones. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const lab = useLab((mirror) => mirror.value);
  const why = useReadOnlyWhy();
  const [kind, setKind] = useState<Kind>("ssh-config");
  const [path, setPath] = useState("");
  const [browsing, setBrowsing] = useState(false);
  const [found, setFound] = useState<ImportResult | null>(null);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [type, setType] = useState<string | null>(null);
  const reading = useWork();
  const taken = new Set(lab?.lab?.devices.map(({ name }) => name));
  const free = (found?.devices ?? []).filter(({ name }) => !taken.has(name)).map(({ name }) => name);

  // While a file is chosen, its list takes the place of the hosts of the last one.
  const shown = browsing ? null : found;

  const read = async (file: string) => {
    setPath(file);
    setBrowsing(false);
    const result = await reading.run(() =>
      kind === "ansible"
        ? client.lab.importAnsible({ path: file.trim() })
        : client.lab.importSshConfig(file.trim() ? { path: file.trim() } : {}),
    );
    setFound(result);
    setPicked(new Set(result?.devices.filter(({ name }) => !taken.has(name)).map(({ name }) => name)));
  };
  const add = (hosts: ImportResult) => {
    const edits = hosts.devices
      .filter(({ name }) => picked.has(name))
      .map(({ source: _source, ...device }) => ({
        op: "add-device" as const,
        device: { ...device, type: device.type ?? type ?? "" },
      }));
    return { edits, done: onClose };
  };
  const ready = shown && picked.size > 0 && type !== null && why === null;
  const adding = useLabEdit(ready ? () => add(shown) : null);
  const toggle = (name: string) => {
    const next = new Set(picked);
    if (!next.delete(name)) next.add(name);
    setPicked(next);
  };

  return (
    <Dialog
      onClose={onClose}
      title="Import hosts"
      size="xl"
      changed={found !== null && (type !== null || picked.size !== free.length)}
    >
      <form
        className="hr-import-file"
        onSubmit={(event) => {
          event.preventDefault();
          void read(path);
        }}
      >
        <SegmentedControl
          aria-label="Kind of file"
          value={kind}
          onChange={(value) => {
            setKind(value as Kind);
            setFound(null);
          }}
          data={[
            { value: "ssh-config", label: "ssh_config" },
            { value: "ansible", label: "Ansible inventory" },
          ]}
        />
        {!browsing && (
          <TextInput
            className="hr-import-path"
            label="File"
            spellCheck={false}
            data-autofocus
            placeholder={kind === "ssh-config" ? "~/.ssh/config" : "path of the inventory, INI or YAML"}
            styles={{ input: { fontFamily: "var(--hr-mono)" } }}
            value={path}
            onChange={({ currentTarget }) => setPath(currentTarget.value)}
          />
        )}
        <Button variant="default" aria-expanded={browsing} onClick={() => setBrowsing(!browsing)}>
          Browse…
        </Button>
        <Button
          type="submit"
          variant={found ? "default" : "filled"}
          loading={reading.busy}
          disabled={kind === "ansible" && path.trim() === ""}
        >
          Read hosts
        </Button>
      </form>
      {browsing && <FileBrowser label="File" path={path} endings={anyFile} onPath={setPath} onFile={read} />}
      {!browsing && !found && (
        <p className="hr-dim hr-import-lead">
          The hosts found are listed first; only those chosen are added to the lab file.
        </p>
      )}
      {shown && (
        <>
          <HostTable found={shown} taken={taken} picked={picked} onToggle={toggle} />
          {free.length > 1 && (
            <Group gap="md" mt={4}>
              <button type="button" className="hr-link" onClick={() => setPicked(new Set(free))}>
                Choose all {free.length}
              </button>
              <button type="button" className="hr-link" onClick={() => setPicked(new Set())}>
                Choose none
              </button>
            </Group>
          )}
          {shown.notes.length > 0 && (
            <ul className="hr-list hr-dim" aria-label="Notes of the import">
              {shown.notes.map(({ source, line, message }) => (
                <li key={`${source}:${line} ${message}`}>
                  <span className="hr-mono">{line > 0 ? `${source}:${line}` : source}</span> {message}
                </li>
              ))}
            </ul>
          )}
          <TypeSelect
            types={lab?.deviceTypes ?? {}}
            value={type}
            label="Device type for all of them; each can be changed later"
            onChange={setType}
          />
        </>
      )}
      <EditActions editing={adding} fault={reading.fault} why={why} onClose={onClose}>
        <Button disabled={!adding.ready} loading={adding.busy} onClick={adding.edit}>
          {shown ? `Add ${picked.size} ${picked.size === 1 ? "host" : "hosts"}` : "Add hosts"}
        </Button>
      </EditActions>
    </Dialog>
  );
}

function HostTable({
  found,
  taken,
  picked,
  onToggle,
}: {
  readonly found: ImportResult;
  readonly taken: ReadonlySet<string>;
  readonly picked: ReadonlySet<string>;
  readonly onToggle: (name: string) => void;
}) {
  if (found.devices.length === 0) return <p className="hr-p">The file names no host that can be added.</p>;
  return (
    <section className="hr-hosts" aria-label="Hosts found">
      <table>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">Reached at</th>
            <th scope="col">Through</th>
            <th scope="col">Found in</th>
          </tr>
        </thead>
        <tbody>
          {found.devices.map((device) => (
            <tr key={device.name}>
              <td>
                <Checkbox
                  label={taken.has(device.name) ? `${device.name} (already in the lab)` : device.name}
                  disabled={taken.has(device.name)}
                  checked={picked.has(device.name)}
                  onChange={() => onToggle(device.name)}
                />
              </td>
              <td className="hr-mono">
                {device.ssh?.user ? `${device.ssh.user}@` : ""}
                {device.ssh?.host}
                {device.ssh?.port ? `:${device.ssh.port}` : ""}
              </td>
              <td className="hr-mono">{device.ssh?.jump?.join(", ")}</td>
              <td className="hr-mono hr-dim" title={device.source}>
                {device.source.split(/[\\/]/).at(-1)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
