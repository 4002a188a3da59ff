/** What the admin chose for the sheet, as this window keeps it until it is closed; and label sheets by their sizes. */
import type { DocumentInput, LabelGrid, SheetContent } from "../../electron/contract/sheet.ts";

export interface SheetOptions {
  readonly kind: "sheet" | "labels";
  readonly content: SheetContent;
  readonly paper: "a4" | "letter";
  readonly orientation: "portrait" | "landscape";
  readonly elevation: boolean;
  readonly grid: LabelGrid;
}

interface Preset {
  readonly id: string;
  readonly label: string;
  readonly paper: SheetOptions["paper"];
  readonly grid: LabelGrid;
}

const grid = (
  columns: number,
  rows: number,
  widthMm: number,
  heightMm: number,
  leftMm: number,
  topMm: number,
  gapXMm = 0,
): LabelGrid => ({
  columns,
  rows,
  widthMm,
  heightMm,
  leftMm,
  topMm,
  gapXMm,
  gapYMm: 0,
});

/** By size and count alone: margins of sheets of one size differ, and are fields. */
export const labelPresets: readonly Preset[] = [
  { id: "a4-70x37", label: "A4: 24 of 70 × 37 mm", paper: "a4", grid: grid(3, 8, 70, 37, 0, 0.5) },
  { id: "a4-63x38", label: "A4: 21 of 63.5 × 38.1 mm", paper: "a4", grid: grid(3, 7, 63.5, 38.1, 7.2, 15.1, 2.5) },
  { id: "a4-52x30", label: "A4: 40 of 52.5 × 29.7 mm", paper: "a4", grid: grid(4, 10, 52.5, 29.7, 0, 0) },
  { id: "a4-48x25", label: "A4: 44 of 48.5 × 25.4 mm", paper: "a4", grid: grid(4, 11, 48.5, 25.4, 8, 8.8) },
  {
    id: "letter-67x25",
    label: "Letter: 30 of 66.7 × 25.4 mm",
    paper: "letter",
    grid: grid(3, 10, 66.7, 25.4, 4.8, 12.7, 3),
  },
  {
    id: "letter-102x51",
    label: "Letter: 10 of 101.6 × 50.8 mm",
    paper: "letter",
    grid: grid(2, 5, 101.6, 50.8, 4, 12.7, 4.7),
  },
];

const [firstPreset] = labelPresets;

export const defaultOptions: SheetOptions = {
  kind: "sheet",
  content: "plan",
  paper: "a4",
  orientation: "portrait",
  elevation: true,
  grid: firstPreset?.grid ?? grid(3, 8, 70, 37, 0, 0.5),
};

/** The preset whose labels these are; null for sizes of one's own. */
export const presetOf = ({ grid: own, paper }: SheetOptions): Preset | null =>
  labelPresets.find((preset) => preset.paper === paper && JSON.stringify(preset.grid) === JSON.stringify(own)) ?? null;

/** Options with another paper, or other things printed: sheets of labels come in their own sizes for each paper. */
export function withPaper(options: SheetOptions, changes: Partial<Pick<SheetOptions, "kind" | "paper">>): SheetOptions {
  const next = { ...options, ...changes };
  if (next.kind !== "labels" || (options.paper === next.paper && presetOf(next)?.paper === next.paper)) return next;
  const preset = labelPresets.find(({ paper }) => paper === next.paper);
  return preset ? { ...next, grid: preset.grid } : next;
}

/** Labels are printed as their sheet is: upright, for every planned cable. */
export function requestOf(options: SheetOptions): DocumentInput {
  const { kind, content, paper, orientation, elevation } = options;
  return kind === "labels"
    ? { kind, content: "plan", paper, orientation: "portrait", grid: options.grid }
    : { kind, content, paper, orientation, elevation };
}
