/** Every fault of the cabling sheet, in words. */
import { FaultError } from "../contract/error.ts";

export const noLab = (): FaultError =>
  new FaultError({
    code: "sheet.no-lab",
    title: "There is no lab to make a sheet of",
    detail: "No lab file is open, or nothing in it could be understood.",
    next: "Open a lab file, or mend the errors of the one that is open.",
  });

export const csvUnreadable = (path: string, cause: string): FaultError =>
  new FaultError({
    code: "sheet.csv-unreadable",
    title: "The CSV file could not be read",
    detail: `${path}: ${cause}`,
    next: "Check the path and its permissions.",
    subject: path,
  });

export const gridOffPaper = (widthMm: number, heightMm: number): FaultError =>
  new FaultError({
    code: "sheet.labels-off-paper",
    title: "The labels do not fit on the paper",
    detail: `Columns, rows, sizes and gaps together are larger than ${widthMm} x ${heightMm} mm.`,
    next: "Give fewer columns or rows, or smaller sizes, as the label sheet's packing says.",
  });
