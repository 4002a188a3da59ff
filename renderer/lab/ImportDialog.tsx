import { Button, Checkbox, Group, Modal, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { ImportResult } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { FaultView } from "../kit/FaultView.tsx";
import { useLab } from "../stores.ts";

type Kind = "ssh-config" | "ansible";

/** Reads hosts from a file, lets the admin pick, and adds the picked ones; nothing is written before. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const lab = useLab((mirror) => mirror.value);
  const [kind, setKind] = useState<Kind>("ssh-config");
  const [path, setPath] = useState("");
  const [found, setFound] = useState<ImportResult | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [type, setType] = useState<string | null>(null);
  const taken = new Set(lab?.lab?.devices.map(({ name }) => name));

  const read = async () => {
    setFault(null);
    try {
      const file = path.trim();
      const result =
        kind === "ansible"
          ? await client.lab.importAnsible({ path: file })
          : await client.lab.importSshConfig(file ? { path: file } : {});
      setFound(result);
      setPicked(new Set(result.devices.filter(({ name }) => !taken.has(name)).map(({ name }) => name)));
    } catch (error) {
      setFound(null);
      setFault(faultOf(error));
    }
  };
  const add = async () => {
    if (!found) return;
    const edits = found.devices
      .filter(({ name }) => picked.has(name))
      .map(({ source: _source, ...device }) => ({
        op: "add-device" as const,
        device: { ...device, type: device.type ?? type ?? "" },
      }));
    if (await attempt(client.lab.edit({ edits }))) onClose();
  };
  const toggle = (name: string) => {
    const next = new Set(picked);
    if (!next.delete(name)) next.add(name);
    setPicked(next);
  };

  return (
    <Modal opened onClose={onClose} title="Import hosts" size="xl">
      <Group align="end" gap="sm">
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
        <TextInput
          style={{ flex: 1 }}
          label="File"
          placeholder={kind === "ssh-config" ? "~/.ssh/config" : "path of the inventory"}
          value={path}
          onChange={({ currentTarget }) => setPath(currentTarget.value)}
        />
        <Button variant="default" disabled={kind === "ansible" && path.trim() === ""} onClick={read}>
          Read hosts
        </Button>
      </Group>
      {fault && <FaultView fault={fault} />}
      {found && (
        <>
          <div className="hr-hosts" style={{ marginTop: 12 }}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Host</th>
                  <th scope="col">Reached at</th>
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
                        onChange={() => toggle(device.name)}
                      />
                    </td>
                    <td className="hr-mono">
                      {device.ssh?.user ? `${device.ssh.user}@` : ""}
                      {device.ssh?.host}
                      {device.ssh?.port ? `:${device.ssh.port}` : ""}
                    </td>
                    <td className="hr-mono hr-dim">{device.source}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {found.notes.length > 0 && (
            <ul className="hr-dim" aria-label="Notes of the import">
              {found.notes.map(({ source, line, message }) => (
                <li key={`${source}:${line} ${message}`}>
                  <span className="hr-mono">
                    {source}:{line}
                  </span>{" "}
                  {message}
                </li>
              ))}
            </ul>
          )}
          <Select
            mt="md"
            label="Device type for all of them"
            description="Each can be changed later; they are added beside the rack."
            searchable
            value={type}
            onChange={setType}
            data={Object.values(lab?.deviceTypes ?? {}).map(({ slug, manufacturer, model }) => ({
              value: slug,
              label: `${manufacturer} ${model}`,
            }))}
          />
        </>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={!found || picked.size === 0 || type === null} onClick={add}>
          Add {picked.size} {picked.size === 1 ? "host" : "hosts"}
        </Button>
      </Group>
    </Modal>
  );
}
