/** Reads what a host said of itself: what it is, who is logged in, its boots. Total: whatever came gives an answer. */
import type { Boot, TargetFindings } from "../../contract/logs/find.ts";
import type { TargetKind } from "../../contract/logs/target.ts";
import { textOf } from "../far/parts.ts";
import type { FarTools } from "../far/tools.ts";
import { readBoots } from "./boots.ts";

export interface HostFacts {
  readonly kinds: readonly TargetKind[];
  /** Name and version of its system, as it says, in one line. Hostile text. */
  readonly system: string;
  readonly user: string;
  readonly boots: readonly Boot[];
}

/** Texts that a host gives are cut here: they are shown in one line. */
const maxChars = 300;

/** `uid` is the login's number, `bootedAt` when the host started, by its clock. */
export function readHost(parts: readonly Uint8Array[], uid: number | null, bootedAt: number | null): HostFacts {
  const told = new Map<string, string[]>();
  for (const part of parts) {
    const [, key, value] = /^([a-z]{1,16})=(.*)$/s.exec(textOf(part)) ?? [];
    if (key !== undefined && value !== undefined) told.set(key, [...(told.get(key) ?? []), value.trim()]);
  }
  const first = (key: string) => told.get(key)?.find((value) => value !== "") ?? "";
  const uname = first("uname");
  const guest = guestBy(first);
  const release = oneLine(first("release").split("\n", 1)[0] ?? "").replace(/^(["'])(.*)\1$/, "$2");
  return {
    kinds: kindsOf(uname, first("vmware"), first("kvm") !== "", guest !== null),
    system: [oneLine(first("vmware")) || release, oneLine(uname), guest ?? ""].filter((text) => text !== "").join(", "),
    user: oneLine(first("user")) || (uid === null ? "" : `uid ${uid}`),
    boots: readBoots({
      bootedAt,
      reached: first("reached"),
      state: first("state"),
      last: first("last"),
      boots: first("boots"),
      stops: first("stops"),
    }),
  };
}

function kindsOf(uname: string, vmware: string, kvm: boolean, guest: boolean): TargetKind[] {
  if (/^VMkernel\b/.test(uname) || /ESXi?\b/.test(vmware)) return ["esxi"];
  return ["linux", ...(kvm ? ["kvm" as const] : []), ...(guest ? ["vsmp" as const] : [])];
}

/** By what it is known as a guest of vSMP Foundation, in the order that is documented; null where nothing tells. */
function guestBy(first: (key: string) => string): string | null {
  const pci = first("pci").toLowerCase().split(/\s+/).join(" ");
  if (/^0x8686 0x101[01]$/.test(pci)) return `vSMP guest by PCI 00:1f.0 ${pci.replaceAll("0x", "").replace(" ", ":")}`;
  if (hasSixStrings(first("dmi"))) return "vSMP guest by DMI type 11";
  if (first("tool") !== "") return `vSMP guest by its tool ${oneLine(first("tool"))}`;
  if (first("kernel").includes("vSMP CTL")) return "vSMP guest by the kernel's log";
  return null;
}

const sixStrings = [/^Vendor:/, /^Product Name:/, /^Version:/, /^Release Date:/, /^Serial Number:/, /^=+$/];

/** `dmidecode -t 11` of an aggregate has all six strings in this order; those of single servers have others. */
function hasSixStrings(dmi: string): boolean {
  return sixStrings.every((fits, n) => {
    // blanks alone: empty lines without end would be read from each of them
    const [, text] = new RegExp(`^[ \\t]*String ${n + 1}: (.*)$`, "m").exec(dmi) ?? [];
    return text !== undefined && fits.test(text.trim());
  });
}

/** By what the host was asked of its login. */
export function becomesRoot({ uid, sudo, sudoSaid }: FarTools): TargetFindings["becomesRoot"] {
  if (uid === 0) return "is-root";
  if (sudo === "free") return "sudo";
  // sudo does not say whether the password would help: it asks first
  return /password is required|a terminal is required|askpass/i.test(sudoSaid) ? "sudo-password" : "no";
}

export const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, maxChars);
