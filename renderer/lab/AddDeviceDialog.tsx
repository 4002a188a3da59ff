import { Button, Group, Modal, NumberInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { Device, Lab, Role } from "../../electron/contract/lab.ts";
import { roleSchema } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { select, useLab } from "../stores.ts";
import { lowestFreeUnit, nextName } from "./free.ts";

/** Adds one device: what it is, where it stands, how it is reached. Everything can be changed later. */
export function AddDeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const state = useLab((mirror) => mirror.value);
  if (!state?.lab) return null;
  return <AddDeviceForm lab={state.lab} types={state.deviceTypes} onClose={onClose} />;
}

function AddDeviceForm({
  lab,
  types,
  onClose,
}: {
  readonly lab: Lab;
  readonly types: Readonly<Record<string, DeviceType>>;
  readonly onClose: () => void;
}) {
  const [typeSlug, setTypeSlug] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [rack, setRack] = useState<string | null>(lab.racks[0]?.name ?? null);
  const [unit, setUnit] = useState<number | null>(null);
  const [role, setRole] = useState<Role | null>(null);
  const [host, setHost] = useState("");
  const [user, setUser] = useState("");
  const [bmcHost, setBmcHost] = useState("");
  const [hcas, setHcas] = useState(1);

  const type = typeSlug ? types[typeSlug] : undefined;
  const racked = type !== undefined && type.heightU > 0 && rack !== null;
  const free = type && rack ? lowestFreeUnit(lab, types, rack, type.heightU) : null;
  const deviceName = name ?? (type ? nextName(lab, type.kind) : "");
  const place = unit ?? free;
  const isServer = type?.kind === "server";

  const add = async () => {
    if (!type) return;
    const device: Device = {
      name: deviceName.trim(),
      type: type.slug,
      ...(racked && place !== null ? { rack, unit: place } : {}),
      ...(role ? { role } : {}),
      ...(host.trim() ? { ssh: { host: host.trim(), ...(user.trim() ? { user: user.trim() } : {}) } } : {}),
      ...(bmcHost.trim()
        ? {
            bmc: {
              host: bmcHost.trim(),
              kind: type.manufacturer === "HP" ? "ilo" : type.manufacturer === "Dell" ? "drac" : "ipmi",
            },
          }
        : {}),
      ...(isServer && hcas > 0
        ? { hcas: Array.from({ length: hcas }, (_, index) => ({ name: `mlx4_${index}`, ports: 2 })) }
        : {}),
    };
    if (!(await attempt(client.lab.edit({ edits: [{ op: "add-device", device }] })))) return;
    select({ kind: "device", device: device.name });
    onClose();
  };

  return (
    <Modal opened onClose={onClose} title="Add a device" size="lg">
      <form
        className="hr-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Select
          className="hr-wide"
          label="Device type"
          placeholder="Choose a model"
          searchable
          required
          data-autofocus
          value={typeSlug}
          onChange={setTypeSlug}
          data={Object.values(types)
            .map(({ slug, manufacturer, model, heightU }) => ({
              value: slug,
              label: `${manufacturer} ${model}${heightU > 0 ? ` (${heightU}U)` : ""}`,
            }))
            .sort((a, b) => a.label.localeCompare(b.label))}
        />
        <TextInput
          label="Name"
          required
          maxLength={64}
          value={deviceName}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Role"
          clearable
          data={roleSchema.options}
          value={role}
          onChange={(value) => setRole(value as Role | null)}
        />
        <Select
          label="Rack"
          clearable
          placeholder="Beside the rack"
          data={lab.racks.map((one) => one.name)}
          value={rack}
          onChange={setRack}
        />
        <NumberInput
          label="Lowest unit"
          disabled={!racked}
          min={1}
          max={60}
          value={place ?? ""}
          error={racked && place === null ? "No space is free for it in this rack" : undefined}
          onChange={(value) => setUnit(value === "" ? null : Number(value))}
        />
        <h3>Reaching it</h3>
        <TextInput
          label="SSH host"
          placeholder="address, name or ~/.ssh/config alias"
          value={host}
          onChange={({ currentTarget }) => setHost(currentTarget.value)}
        />
        <TextInput
          label="SSH user"
          placeholder="your own login name"
          value={user}
          onChange={({ currentTarget }) => setUser(currentTarget.value)}
        />
        {isServer && (
          <>
            <TextInput
              label="BMC address"
              value={bmcHost}
              onChange={({ currentTarget }) => setBmcHost(currentTarget.value)}
            />
            <NumberInput
              label="InfiniBand adapters"
              min={0}
              max={8}
              value={hcas}
              onChange={(value) => setHcas(Number(value) || 0)}
            />
          </>
        )}
        <Group className="hr-wide" justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!type || deviceName.trim() === ""}>
            Add {deviceName.trim() || "the device"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
