/** Decides how an explanation is said: one sentence that names the ceiling, and what to try. */
import type { ExplainedLink } from "../../contract/explain.ts";
import type { PciePace } from "../../contract/fabric.ts";
import { paceGbps, paceText, payloadGbps, readPcieSpeed } from "../../contract/rates.ts";
import { endText } from "../../contract/words.ts";
import { bestOf } from "../judge-slot.ts";
import { carries, type Facts, type KnownCeiling, shown, usable } from "./facts.ts";

/** Ceilings nearer to each other than this share are said to be close: what is left after acknowledgements decides. */
const closeShare = 0.05;

export function sentenceOf(facts: Facts): string {
  const { link, known, settled } = facts;
  const [lowest] = known;
  const ib = linkWords(link);
  const unread = unreadWords(facts);
  if (lowest === undefined) return `${ib}${unread}.`;
  if (lowest.kind === "pcie") {
    const slot = `${pathWords(lowest)}${dataWords(lowest)}`;
    if (!carries(link) || link.gbps === null) return `${ib}; once it is up, ${slot}${unread}.`;
    const open = settled ? "" : " of what was read";
    return `${ib}; ${slot}: the ${lowest.own ? "slot" : "PCIe path"} is the ceiling${open}, the cable is not at fault${unread}.`;
  }
  if (lowest.far) {
    return `${ib}; the link of ${lowest.device} is ${lowest.figure} and carries ${shown(lowest.gbps)} Gb/s: that one is the ceiling${unread}.`;
  }
  const verdict = lowest.belowAble
    ? `both ends can ${betterText(link)}: the link is the ceiling and runs below its best`
    : "the link itself is the ceiling, at the best of both ends";
  if (!settled) {
    const paths = known.some(({ kind }) => kind === "pcie") ? "no PCIe path that was read carries less" : "";
    return `${ib}${paths && `; ${paths}`}${lowest.belowAble ? `; both ends can ${betterText(link)}` : ""}${unread}.`;
  }
  if (facts.hosts.length === 0) return `${ib}; ${verdict}.`;
  const [next] = known.filter(({ kind }) => kind === "pcie");
  const close = next !== undefined && usable(next) < lowest.gbps * (1 + closeShare);
  const paths = close
    ? `${pathWords(next)}${dataWords(next)}, hardly more`
    : `every PCIe path carries more (${next ? `${shown(usable(next))} Gb/s at least` : "none was given"})`;
  return `${ib}; ${paths}: ${verdict}.`;
}

function linkWords(link: ExplainedLink): string {
  if (link.gbps === null) return "Width and speed of the InfiniBand link were not read";
  if (!carries(link)) {
    return `The InfiniBand link is ${link.state} (physically ${link.physState}) and carries no data now; it trained to ${link.figure}`;
  }
  return `The InfiniBand link is ${link.figure} and carries up to ${shown(link.gbps)} Gb/s`;
}

/** `the slot of node3 runs PCIe gen1 x8 (2.5 GT/s on 8 lanes) and carries 16 Gb/s` */
function pathWords({ own, device, address, figure, gbps, pcie }: KnownCeiling): string {
  const what = own ? `the slot of ${device}` : `the PCIe path of ${device} narrows at ${address}, which`;
  const gts = pcie?.runs && readPcieSpeed(pcie.runs.speed);
  const raw = gts ? ` (${gts} GT/s on ${pcie?.runs?.width} lanes)` : "";
  return `${what} runs ${figure}${raw} and carries ${shown(gbps)} Gb/s`;
}

function dataWords({ gbps, payloadGbps: left }: KnownCeiling): string {
  return left === null || left === gbps ? "" : `, ${shown(left)} Gb/s of it as data`;
}

function unreadWords({ hosts }: Facts): string {
  const names = hosts.filter(({ unread }) => unread !== null).map(({ device }) => device);
  if (names.length === 0) return "";
  return `; the PCIe path of ${names.join(" and of ")} was not read, so a lower ceiling may be there`;
}

function betterText({ width, speed, couldBe }: ExplainedLink): string {
  return [couldBe.width ?? width, couldBe.speed ?? speed].join(" ");
}

export function adviceOf(facts: Facts): readonly string[] {
  const { link, known, hosts } = facts;
  const [lowest] = known;
  // Of the other host of a measurement only what bounds it counts here.
  const limits = known.filter(
    (each) => each.kind === "pcie" && (!each.far || each === lowest) && (link.gbps === null || each.gbps <= link.gbps),
  );
  const slots = limits.flatMap((ceiling) => pcieAdvice(ceiling, link));
  const unread = hosts.flatMap((host) => {
    if (host.unread === null) return [];
    const could = host.unread.could.map(({ figure, gbps }) => `${figure} (${shown(gbps)} Gb/s)`);
    const cases = could.length === 0 ? "" : ` It could be ${could.join(", ")}: which one is read, not guessed.`;
    return [`The PCIe path of ${host.device} was not read: ${host.unread.why}.${cases} ${host.unread.how}`];
  });
  return [...slots, ...unread, ...linkAdvice(link, lowest), ...switchAdvice(facts), ...payloadAdvice(facts)];
}

/** What usually makes a link train like this; none of it is proved by the reading. */
function causesOf(pace: PciePace, best: PciePace | null): string {
  const gts = readPcieSpeed(pace.speed) ?? 0;
  const can = best && { gts: readPcieSpeed(best.speed) ?? 0, width: best.width };
  const slow = can ? gts < can.gts : gts === 2.5;
  const narrow = can ? pace.width < can.width : pace.width < 8;
  const causes = [
    ...(slow
      ? [`the BIOS holds the slot at generation ${gts === 2.5 ? 1 : 2}, a power-saving state, a bad riser`]
      : []),
    ...(narrow && gts <= 5 ? ["a slot of the chipset or one wired with fewer lanes than its length"] : []),
    ...(narrow && gts > 5 ? ["lanes split in the BIOS (bifurcation)"] : []),
    ...(narrow ? ["dirty contacts or a card that is not seated"] : []),
  ];
  return causes.join(", ");
}

function pcieAdvice(ceiling: KnownCeiling, link: ExplainedLink): readonly string[] {
  const { pcie, device, own, address } = ceiling;
  if (pcie?.runs == null) return [];
  const best = bestOf(pcie);
  const bestGbps = paceGbps(best);
  const place = own
    ? `the slot of ${device}`
    : `the link at ${address} of ${device}, which is not the card's own but a bridge's above it`;
  const now = paceText(pcie.runs);
  const advice: string[] = [];
  if (best !== null && bestGbps !== null && ceiling.belowAble) {
    advice.push(
      `${upper(place)} runs ${now}, both its ends can ${paceText(best)} (${shown(bestGbps)} Gb/s). Usual causes: ${causesOf(pcie.runs, best)}. Seat the card anew, look into the BIOS, then read LnkSta again.`,
    );
  } else if (best !== null) {
    advice.push(`${upper(place)} runs ${now}, the best of its two ends: nothing is mistrained there.`);
  } else {
    const gbps = paceGbps(pcie.can);
    const can = pcie.can && gbps !== null ? `the card can ${paceText(pcie.can)} (${shown(gbps)} Gb/s), ` : "";
    const causes = causesOf(pcie.runs, null);
    advice.push(
      `${upper(place)} runs ${now}; ${can}what the slot can was not told.${causes ? ` Usual causes: ${causes}.` : ""} Read LnkCap of the bridge above with lspci -vv as root.`,
    );
  }
  const after = bestGbps ?? ceiling.gbps;
  const needed = neededFor(pcie.can, link);
  if (link.gbps !== null && after < link.gbps && needed !== null) {
    advice.push(
      `For the whole of ${link.figure} (${shown(link.gbps)} Gb/s) move the card to a slot with ${needed.figure}, which carries ${shown(needed.gbps)} Gb/s.`,
    );
  }
  return advice;
}

/** The card's own best where that carries more than the link; null where no slot helps this card. */
function neededFor(
  can: PciePace | null,
  link: ExplainedLink,
): { readonly figure: string; readonly gbps: number } | null {
  const gbps = paceGbps(can);
  if (can === null || gbps === null || link.gbps === null || gbps < link.gbps) return null;
  return { figure: paceText(can), gbps };
}

function linkAdvice(link: ExplainedLink, lowest: KnownCeiling | undefined): readonly string[] {
  if (!carries(link)) return [`No data flows while the link is ${link.state}: ${downAdvice(link)}`];
  const { couldBe } = link;
  if (couldBe.width === null && couldBe.speed === null) return [];
  const better = betterText(link);
  if (lowest?.kind === "pcie") {
    return [
      `The link runs ${link.figure} where both ends can ${better}; that counts only once the PCIe path carries more.`,
    ];
  }
  return [
    `Both ends can ${better}, the link trained to ${link.figure}: try another cable (its length and rating count), then another port, and compare the speeds enabled at both ends. Between SwitchX and ConnectX-3, FDR comes only where QDR is allowed too.`,
  ];
}

/** What the switch's own command line adds: a warning, a port set below what both ends can, another word on the link. */
function switchAdvice({ link, switchPorts }: Facts): readonly string[] {
  return switchPorts.flatMap(({ own, width, speed, ...end }) => {
    if (own === null) return [];
    const name = endText(end);
    const { couldBe } = link;
    const held =
      couldBe.speed !== null && own.supportedSpeeds.length > 0 && !own.supportedSpeeds.includes(couldBe.speed);
    const [seen, said] = [
      [width, speed],
      [own.width, own.speed],
    ].map((words) => words.filter((word) => word !== null).join(" "));
    return [
      ...(own.warning ? [`The switch warns of ${name}: ${own.warning}.`] : []),
      ...(held
        ? [`${name} takes ${own.supportedSpeeds.join(", ")} only: ${couldBe.speed} has to be enabled there.`]
        : []),
      ...(seen && said && seen !== said
        ? [`The switch says ${said} of ${name}, the fabric's tools say ${seen}: one of the two readings is old.`]
        : []),
    ];
  });
}

function downAdvice({ state, physState }: ExplainedLink): string {
  if (state === "Initialize" || state === "Armed") return "see whether a subnet manager runs.";
  return physState === "Polling"
    ? "it looks for its other end; see that the cable is plugged at both ends."
    : "see that the port is enabled and its other end is on.";
}

/** Where the packets' size is not known, it is said what the smallest would mean. */
function payloadAdvice({ hosts, known, link }: Facts): readonly string[] {
  return hosts.flatMap(({ device, maxPayload, unread }) => {
    if (unread !== null || maxPayload === null || maxPayload.bytes !== null) return [];
    const path = known.find((ceiling) => ceiling.kind === "pcie" && ceiling.device === device);
    if (path === undefined) return [];
    const least = payloadGbps(path.gbps, 128);
    if (link.gbps !== null && least > link.gbps) return [];
    return [
      `The packets' size (MaxPayload) of ${device} was not read: ${maxPayload.why || "nothing told it"}. At 128 bytes ${shown(least)}, at 512 bytes ${shown(payloadGbps(path.gbps, 512))} Gb/s are left for data.`,
    ];
  });
}

const upper = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
