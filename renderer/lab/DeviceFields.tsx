import { ActionIcon, Button, MultiSelect, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { bmcAddressSchema, type Lab, type Role, roleSchema } from "../../electron/contract/lab.ts";
import { type DeviceDraft, fieldLabels, type HcaDraft, nextHca } from "./device-draft.ts";

export interface DeviceFieldsProps {
  readonly draft: DeviceDraft;
  readonly onChange: (changes: Partial<DeviceDraft>) => void;
  readonly lab: Lab;
  readonly type: DeviceType | undefined;
  /** By field of the lab file, as `draftErrors` gives them. */
  readonly errors: Readonly<Record<string, string>>;
  /** The device's name in the lab file; null while it is not there. */
  readonly editing: string | null;
}

/** As their makers write them. */
const bmcKinds: Readonly<Record<DeviceDraft["bmcKind"], string>> = {
  ipmi: "IPMI",
  ilo: "HP iLO",
  drac: "Dell DRAC",
  redfish: "Redfish",
};

const count = (value: number | string): number | "" => (typeof value === "number" ? value : "");

/** Everything the lab file can say of one device but its type, which stands above. */
export function DeviceFields({ draft, onChange, lab, type, errors, editing }: DeviceFieldsProps) {
  const field = (key: "name" | "sshHost" | "sshUser" | "identityFile" | "hostKeyAlias" | "bmcHost" | "bmcUser") => ({
    label: fieldLabels[key],
    value: draft[key],
    spellCheck: false,
    onChange: ({ currentTarget }: React.ChangeEvent<HTMLInputElement>) => onChange({ [key]: currentTarget.value }),
  });
  const number = (key: "unit" | "sshPort" | "bmcPort" | "sockets" | "cores" | "memoryGiB") => ({
    label: fieldLabels[key],
    value: draft[key],
    min: 1,
    onChange: (value: number | string) => onChange({ [key]: count(value) }),
  });
  const hops = lab.devices.filter(({ name, ssh }) => ssh && name !== editing).map(({ name }) => name);
  const beside = draft.rack === null || type?.heightU === 0;
  return (
    <>
      <TextInput required maxLength={64} data-autofocus error={errors.name} {...field("name")} />
      <Select
        label={fieldLabels.role}
        clearable
        data={roleSchema.options}
        value={draft.role}
        onChange={(role) => onChange({ role: role as Role | null })}
      />
      <Select
        label={fieldLabels.rack}
        clearable
        placeholder="Beside the rack"
        data={lab.racks.map(({ name }) => name)}
        value={draft.rack}
        onChange={(rack) => onChange({ rack, ...(rack === null ? { unit: "" } : {}) })}
      />
      <NumberInput
        description="Counted from the bottom"
        inputWrapperOrder={["label", "input", "description", "error"]}
        disabled={beside}
        max={60}
        error={errors.unit}
        {...number("unit")}
      />
      <h3>SSH</h3>
      <TextInput placeholder="address, name or ~/.ssh/config alias" error={errors["ssh.host"]} {...field("sshHost")} />
      <TextInput placeholder="your own login name" error={errors["ssh.user"]} {...field("sshUser")} />
      <NumberInput placeholder="22" max={65_535} error={errors["ssh.port"]} {...number("sshPort")} />
      <TextInput placeholder="agent and usual keys" error={errors["ssh.identityFile"]} {...field("identityFile")} />
      <MultiSelect
        label={fieldLabels.jump}
        description="Devices to hop through, first hop first"
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder={draft.jump.length === 0 ? "reached directly" : ""}
        size="xs"
        searchable
        data={[...new Set([...hops, ...draft.jump])]}
        value={[...draft.jump]}
        onChange={(jump) => onChange({ jump })}
      />
      <TextInput placeholder="its address" error={errors["ssh.hostKeyAlias"]} {...field("hostKeyAlias")} />
      {(type?.kind === "server" || draft.bmcHost !== "") && (
        <>
          <h3>BMC</h3>
          <TextInput error={errors["bmc.host"]} {...field("bmcHost")} />
          <Select
            label={fieldLabels.bmcKind}
            allowDeselect={false}
            data={bmcAddressSchema.shape.kind.options.map((value) => ({ value, label: bmcKinds[value] }))}
            value={draft.bmcKind}
            onChange={(kind) => kind && onChange({ bmcKind: kind as DeviceDraft["bmcKind"] })}
          />
          <TextInput error={errors["bmc.user"]} {...field("bmcUser")} />
          <NumberInput placeholder="the usual one" max={65_535} error={errors["bmc.port"]} {...number("bmcPort")} />
        </>
      )}
      {(type?.kind === "server" || type?.kind === "desktop" || draft.hcas.length > 0) && (
        <>
          <h3>{fieldLabels.hcas}</h3>
          <Hcas hcas={draft.hcas} errors={errors} onChange={(hcas) => onChange({ hcas })} />
          <h3>Expected inventory</h3>
          <div className="hr-wide hr-thirds">
            <NumberInput error={errors["expect.sockets"]} {...number("sockets")} />
            <NumberInput error={errors["expect.cores"]} {...number("cores")} />
            <NumberInput error={errors["expect.memoryGiB"]} {...number("memoryGiB")} />
          </div>
        </>
      )}
      <Textarea
        className="hr-wide"
        label={fieldLabels.note}
        size="xs"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4000}
        value={draft.note}
        onChange={({ currentTarget }) => onChange({ note: currentTarget.value })}
      />
    </>
  );
}

function Hcas({
  hcas,
  errors,
  onChange,
}: {
  readonly hcas: readonly HcaDraft[];
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (hcas: readonly HcaDraft[]) => void;
}) {
  const change = (index: number, changes: Partial<HcaDraft>) =>
    onChange(hcas.map((hca, at) => (at === index ? { ...hca, ...changes } : hca)));
  return (
    <div className="hr-wide hr-rows">
      {hcas.map((hca, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an adapter has no name of its own before one is typed
        <fieldset key={index} className="hr-hca" aria-label={`Adapter ${index + 1}`}>
          <TextInput
            label="Name"
            error={errors[`hcas.${index}.name`]}
            value={hca.name}
            onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
          />
          <TextInput
            label="Model"
            placeholder="e.g. ConnectX-3"
            error={errors[`hcas.${index}.model`]}
            value={hca.model}
            onChange={({ currentTarget }) => change(index, { model: currentTarget.value })}
          />
          <NumberInput
            label="Ports"
            min={1}
            max={4}
            error={errors[`hcas.${index}.ports`]}
            value={hca.ports}
            onChange={(value) => change(index, { ports: count(value) })}
          />
          <TextInput
            label="Node GUID"
            placeholder="0x0002c903000e0b72"
            styles={{ input: { fontFamily: "var(--hr-mono)" } }}
            error={errors[`hcas.${index}.guid`]}
            value={hca.guid}
            onChange={({ currentTarget }) => change(index, { guid: currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={22}
            aria-label={`Remove adapter ${hca.name || index + 1}`}
            onClick={() => onChange(hcas.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </fieldset>
      ))}
      <Button variant="default" onClick={() => onChange([...hcas, nextHca(hcas)])}>
        Add an adapter
      </Button>
    </div>
  );
}
