import { Button, Select } from "@mantine/core";
import { useState } from "react";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { byNumber } from "../../electron/contract/order.ts";
import { ImportDeviceTypeDialog } from "./ImportDeviceTypeDialog.tsx";
import { typeName } from "./type-name.ts";

/** Chooses from the library and the lab's own types; one that is missing can be imported on the spot. */
export function TypeSelect({
  types,
  value,
  label = "Device type",
  error,
  autoFocus = false,
  onChange,
}: {
  readonly types: Readonly<Record<string, DeviceType>>;
  readonly value: string | null;
  readonly label?: string;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
  readonly onChange: (slug: string | null) => void;
}) {
  const [importing, setImporting] = useState(false);
  return (
    <div className="hr-wide hr-type">
      <Select
        label={label}
        placeholder="Choose a model"
        searchable
        required
        data-autofocus={autoFocus || undefined}
        nothingFoundMessage="No such model; import its NetBox file"
        error={error}
        value={value}
        onChange={onChange}
        data={Object.values(types)
          .map((type) => ({ value: type.slug, label: typeName(type) }))
          .sort((a, b) => byNumber(a.label, b.label))}
      />
      <Button variant="default" onClick={() => setImporting(true)}>
        Import a device type…
      </Button>
      {importing && <ImportDeviceTypeDialog onImported={onChange} onClose={() => setImporting(false)} />}
    </div>
  );
}
