/** Reads what a host said of itself: what it is, who is logged in, its zone. Total: whatever came gives an answer. */
import type { TargetFindings } from "../../contract/logs/find.ts";
import type { TargetKind } from "../../contract/logs/target.ts";
import { textOf } from "../far/parts.ts";
import { type BootTold, readBoots } from "./boots.ts";

export interface HostFacts extends BootTold {
  readonly kinds: readonly TargetKind[];
  /** Name and version of its system, as it says, in one line. Hostile text. */
  readonly system: string;
  readonly user: string;
  readonly becomesRoot: TargetFindings["becomesRoot"];
  readonly zone: string;
  /** East of Greenwich positive. */
  readonly zoneMinutes: number;
  /** Its times, first to last; milliseconds, and how exact they are. */
  readonly times: readonly HostTime[];
}

/** A host's own time. It is no earlier than `ms` and less than `within` later. */
export interface HostTime {
  readonly ms: number;
  readonly within: number;
}

/** Texts that a host gives are cut here: they are shown in one line. */
const maxChars = 300;

export function readHost(parts: readonly Uint8Array[]): HostFacts {
  const told = new Map<string, string[]>();
  for (const part of parts) {
    const [, key, value] = /^([a-z]{1,16})=(.*)$/s.exec(textOf(part)) ?? [];
    if (key !== undefined && value !== undefined) told.set(key, [...(told.get(key) ?? []), value.trim()]);
  }
  const first = (key: string) => told.get(key)?.find((value) => value !== "") ?? "";
  const uname = first("uname");
  const guest = guestBy(first);
  const [, zoneOffset = "", zone = ""] = /^([+-]\d{4}) ?(.*)$/.exec(first("zone")) ?? [];
  const release = oneLine(first("release").split("\n", 1)[0] ?? "").replace(/^(["'])(.*)\1$/, "$2");
  const times = (told.get("time") ?? []).flatMap((value) => readTime(value) ?? []);
  return {
    kinds: kindsOf(uname, first("vmware"), first("kvm") !== "", guest !== null),
    system: [oneLine(first("vmware")) || release, oneLine(uname), guest ?? ""].filter((text) => text !== "").join(", "),
    user: oneLine(first("user")) || (first("uid") === "" ? "" : `uid ${oneLine(first("uid"))}`),
    becomesRoot: becomesRoot(first("root"), first("why"), first("uid")),
    zone: oneLine(zone),
    zoneMinutes: minutesOf(zoneOffset),
    times,
    ...readBoots({
      btime: first("btime"),
      uptime: first("uptime"),
      reached: first("reached"),
      state: first("state"),
      last: first("last"),
      boots: first("boots"),
      stops: first("stops"),
      nowMs: times.at(-1)?.ms ?? null,
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
    const [, text] = new RegExp(`^\\s*String ${n + 1}: (.*)$`, "m").exec(dmi) ?? [];
    return text !== undefined && fits.test(text.trim());
  });
}

function becomesRoot(told: string, why: string, uid: string): TargetFindings["becomesRoot"] {
  if (uid === "0") return "is-root";
  if (told === "sudo") return "sudo";
  // sudo does not say whether the password would help: it asks first
  return /password is required|a terminal is required|askpass/i.test(why) ? "sudo-password" : "no";
}

/** Seconds since 1970, with a fraction where `date` knows one. */
export function readTime(text: string): HostTime | null {
  const [, seconds, fraction] = /^(\d{1,12})(?:\.(\d{1,9}))?/.exec(text.trim()) ?? [];
  if (seconds === undefined) return null;
  const ms = Number(seconds) * 1000;
  return fraction === undefined
    ? { ms, within: 1000 }
    : { ms: ms + Math.floor(Number(`0.${fraction}`) * 1000), within: 1 };
}

function minutesOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(offset) ?? [];
  const east = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === "-" && east !== 0 ? -east : east;
}

export const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, maxChars);
