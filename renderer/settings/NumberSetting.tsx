/** Owns when a number that was typed holds: once it is typed to its end, and within its bounds; never at each digit. */
import { NumberInput } from "@mantine/core";
import { useEffect, useId, useState } from "react";
import { type Settings, settingBounds } from "../../electron/contract/app.ts";
import { settingNames } from "./names.ts";
import { Row } from "./Row.tsx";

type NumberKey = keyof typeof settingBounds;

/** How many of the setting's own units one of those shown has: seconds are shown of milliseconds. */
const unitsShown: Readonly<Partial<Record<NumberKey, number>>> = { pollIntervalMs: 1000, counterIntervalMs: 1000 };

export function NumberSetting({
  name,
  help,
  settings,
  change,
}: {
  readonly name: NumberKey;
  readonly help?: string;
  readonly settings: Settings;
  readonly change: (changes: Partial<Settings>) => void;
}) {
  const unit = unitsShown[name] ?? 1;
  const [least, most] = settingBounds[name].map((bound) => bound / unit) as [number, number];
  const value = settings[name] / unit;
  const [draft, setDraft] = useState<number | string>(value);
  useEffect(() => setDraft(value), [value]);
  const bounds = useId();
  const within = typeof draft === "number" && draft >= least && draft <= most;
  const apply = () => {
    if (!within) setDraft(value);
    else if (draft !== value) change({ [name]: Math.round(draft * unit) });
  };
  return (
    <Row label={settingNames[name]} {...(help === undefined ? {} : { help })}>
      <div className="hr-number">
        {!within && (
          <span id={bounds} role="status">
            {least} to {most}
          </span>
        )}
        <NumberInput
          aria-label={settingNames[name]}
          aria-describedby={within ? undefined : bounds}
          error={!within}
          hideControls
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          value={draft}
          onChange={setDraft}
          onBlur={apply}
          onKeyDown={(event) => event.key === "Enter" && apply()}
        />
      </div>
    </Row>
  );
}
