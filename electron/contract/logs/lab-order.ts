import type { TargetFindings } from "./find.ts";

/** As the lab file has the devices, each before its BMC; this machine last. */
export function inLabOrder(
  findings: readonly TargetFindings[],
  devices: readonly { readonly name: string }[],
): TargetFindings[] {
  const places = new Map(devices.map(({ name }, place) => [name, place]));
  const placeOf = ({ target }: TargetFindings) => places.get(target.device) ?? devices.length;
  const isBmc = ({ target }: TargetFindings) => (target.kinds.includes("bmc") ? 1 : 0);
  return findings.toSorted((one, other) => placeOf(one) - placeOf(other) || isBmc(one) - isBmc(other));
}
