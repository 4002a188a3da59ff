/** What the bytes of a lab file say, with the built-in device types beside them. */
import type { DeviceType } from "../contract/device-type.ts";
import type { LabProblem } from "../contract/lab.ts";
import { type ParsedLab, parseLab } from "./parse.ts";
import { decodeLabText } from "./text.ts";

export type DeviceTypeLibrary = {
  readonly types: Readonly<Record<string, DeviceType>>;
  /** Files that are no device type; the others are there nevertheless. */
  readonly broken: readonly { readonly file: string; readonly message: string }[];
};

/** `text` is null where the bytes are no text. */
export type LabReading = ParsedLab & { readonly text: string | null };

export function readLab(
  file: { readonly bytes: Uint8Array; readonly sizeBytes: number },
  { types, broken }: DeviceTypeLibrary,
): LabReading {
  const decoded = decodeLabText(file.bytes, file.sizeBytes);
  if (decoded.text === null) {
    const problem: LabProblem = { ...decoded.problem, severity: "error", path: "" };
    return { lab: null, problems: [problem], valid: false, deviceTypes: types, asText: [], text: null };
  }
  const parsed = parseLab(decoded.text, types);
  const about = broken.map(({ file: name, message }): LabProblem => {
    const text = `The built-in device type ${name} is left out: ${message}`;
    return { code: "lab.broken-device-type", severity: "warning", message: text, line: 0, column: 0, path: "" };
  });
  return { ...parsed, problems: [...parsed.problems, ...about], text: decoded.text };
}
