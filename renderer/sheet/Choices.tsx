import { NumberInput, SegmentedControl, Select, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import type { LabelGrid } from "../../electron/contract/sheet.ts";
import { labelPresets, presetOf, type SheetOptions, withPaper } from "./options.ts";

type Change = (changes: Partial<SheetOptions>) => void;

/** What the pages show, and on which paper. */
export function Choices({ options, onChange }: { readonly options: SheetOptions; readonly onChange: Change }) {
  return (
    <>
      <SegmentedControl
        fullWidth
        aria-label="What is printed"
        data-autofocus
        value={options.kind}
        onChange={(kind) => onChange(withPaper(options, { kind: kind as SheetOptions["kind"] }))}
        data={[
          { value: "sheet", label: "Sheet" },
          { value: "labels", label: "Labels" },
        ]}
      />
      {options.kind === "sheet" ? (
        <SheetChoices options={options} onChange={onChange} />
      ) : (
        <LabelChoices options={options} onChange={onChange} />
      )}
    </>
  );
}

function Choice({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="sh-choice">
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}

const paperData = [
  { value: "a4", label: "A4" },
  { value: "letter", label: "Letter" },
];

function PaperChoice({ options, onChange }: { readonly options: SheetOptions; readonly onChange: Change }) {
  return (
    <Choice label="Paper">
      <SegmentedControl
        fullWidth
        aria-label="Paper"
        value={options.paper}
        onChange={(paper) => onChange(withPaper(options, { paper: paper as SheetOptions["paper"] }))}
        data={paperData}
      />
    </Choice>
  );
}

function SheetChoices({ options, onChange }: { readonly options: SheetOptions; readonly onChange: Change }) {
  return (
    <>
      <Choice label="Cables">
        <SegmentedControl
          fullWidth
          orientation="vertical"
          aria-label="Cables"
          value={options.content}
          onChange={(content) => onChange({ content: content as SheetOptions["content"] })}
          data={[
            { value: "plan", label: "The plan" },
            { value: "state", label: "Plan and state" },
            { value: "differences", label: "Only differences" },
          ]}
        />
      </Choice>
      <PaperChoice options={options} onChange={onChange} />
      <Choice label="Orientation">
        <SegmentedControl
          fullWidth
          aria-label="Orientation"
          value={options.orientation}
          onChange={(orientation) => onChange({ orientation: orientation as SheetOptions["orientation"] })}
          data={[
            { value: "portrait", label: "Portrait" },
            { value: "landscape", label: "Landscape" },
          ]}
        />
      </Choice>
      <Switch
        label="Racks with their ports"
        checked={options.elevation}
        onChange={({ currentTarget }) => onChange({ elevation: currentTarget.checked })}
      />
    </>
  );
}

const fields: readonly {
  readonly id: keyof LabelGrid;
  readonly label: string;
  readonly min: number;
  readonly max: number;
}[] = [
  { id: "columns", label: "Columns", min: 1, max: 20 },
  { id: "rows", label: "Rows", min: 1, max: 60 },
  { id: "widthMm", label: "Width, mm", min: 10, max: 300 },
  { id: "heightMm", label: "Height, mm", min: 5, max: 300 },
  { id: "leftMm", label: "Left margin, mm", min: 0, max: 100 },
  { id: "topMm", label: "Top margin, mm", min: 0, max: 100 },
  { id: "gapXMm", label: "Gap across, mm", min: 0, max: 50 },
  { id: "gapYMm", label: "Gap down, mm", min: 0, max: 50 },
];

function LabelChoices({ options, onChange }: { readonly options: SheetOptions; readonly onChange: Change }) {
  const own = "Sizes of your own";
  return (
    <>
      <Select
        label="Label sheet"
        allowDeselect={false}
        value={presetOf(options)?.id ?? own}
        onChange={(id) => {
          const preset = labelPresets.find((each) => each.id === id);
          if (preset) onChange({ grid: preset.grid, paper: preset.paper });
        }}
        data={[
          ...labelPresets.map(({ id, label }) => ({ value: id, label })),
          { value: own, label: own, disabled: true },
        ]}
      />
      <PaperChoice options={options} onChange={onChange} />
      <div className="sh-grid">
        {fields.map(({ id, label, min, max }) => (
          <NumberInput
            key={id}
            label={label}
            min={min}
            max={max}
            clampBehavior="blur"
            decimalScale={id === "columns" || id === "rows" ? 0 : 1}
            value={options.grid[id]}
            onChange={(value) => {
              if (typeof value === "number" && value >= min && value <= max)
                onChange({ grid: { ...options.grid, [id]: value } });
            }}
          />
        ))}
      </div>
      <p className="hr-dim sh-hint">
        Each label is folded at the dashed line around the cable’s end. Print at actual size.
      </p>
    </>
  );
}
