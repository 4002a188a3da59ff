/** Owns the figure of throughput that is typed: a decimal comma is one, and what is no figure is refused, not read in part. */
import { TextInput } from "@mantine/core";
import { useState } from "react";

/** More is no link of today. */
const mostGbps = 10_000;

/** Gb/s as typed; null for nothing, and for what is no figure. */
function gbpsOf(text: string): number | null {
  const figure = /^\d{1,5}(?:[.,]\d{1,6})?$/.exec(text.trim())?.[0].replace(",", ".");
  const gbps = Number(figure);
  return figure !== undefined && gbps > 0 && gbps <= mostGbps ? gbps : null;
}

/** Tells each figure once it is one; null where there is none. */
export function Throughput({
  gbps,
  onChange,
}: {
  readonly gbps: number | null;
  readonly onChange: (gbps: number | null) => void;
}) {
  const [typed, setTyped] = useState("");
  // A measurement of its own puts its figure here; what is typed stays as it was typed.
  const text = gbps !== null && gbpsOf(typed) !== gbps ? String(Math.round(gbps * 100) / 100) : typed;
  return (
    <TextInput
      label="Measured throughput, Gb/s"
      size="xs"
      inputMode="decimal"
      placeholder="e.g. 15.2"
      value={text}
      error={text.trim() !== "" && gbpsOf(text) === null && `Gb/s between 0 and ${mostGbps}, such as 15.2`}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        onChange(gbpsOf(value));
      }}
    />
  );
}
