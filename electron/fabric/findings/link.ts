/** Decides what is told of links that are where the plan has them and do not work as they could: down, slow, narrow, not set up. */
import type { CableLive, FabricLink, Finding, Speed, Width } from "../../contract/fabric.ts";
import { laneCount, speedRank } from "../../contract/rates.ts";
import { cableText } from "../../contract/words.ts";
import { mapped, type Steps } from "../../steps.ts";
import { shortOf, usualWidth } from "../judge.ts";
import { topSpeed } from "../models.ts";
import type { Places } from "../places.ts";
import { cableEvidence } from "./cable-evidence.ts";
import type { FindingInputs } from "./findings.ts";

/** One finding for each link that is down, narrow or slow; one for all that wait for a subnet manager. */
export function* linkRules(inputs: FindingInputs): Steps<readonly Finding[]> {
  const found = yield* mapped(inputs.cables, (cable) => of(inputs, inputs.places, cable));
  return [...found.flat(), ...waiting(inputs)];
}

function of(inputs: FindingInputs, places: Places, cable: CableLive): readonly Finding[] {
  if (cable.state === "healthy") return [];
  if (cable.state === "down") return isEthernet(inputs, places, cable) ? [] : [down(inputs, places, cable)];
  const link = places.linkOf(cable);
  if (link === null || link.state === "Down") return [];
  const { width, speed } = shortOf(link, places.expected(cable));
  return [
    ...(width === null ? [] : [narrow(inputs, cable, link, width)]),
    ...(speed === null ? [] : [slow(inputs, places, cable, link, speed)]),
  ];
}

/** Then the port's type says why it is down. */
function isEthernet({ lab }: FindingInputs, places: Places, { planned }: CableLive): boolean {
  const cable = planned === null ? undefined : lab.cables[planned];
  return [cable?.from, cable?.to].some((end) => {
    const port = end === undefined ? null : places.end(end).planned;
    return port !== null && places.isEthernet(port);
  });
}

function subjectOf(cable: CableLive): Finding["subject"] {
  return { device: cable.a.device, port: cable.a.port, cable: cable.id };
}

function narrow(inputs: FindingInputs, cable: CableLive, link: FabricLink, width: Width): Finding {
  const plan = inputs.places.planOf(cable);
  return {
    id: `link.narrow ${cable.id}`,
    rule: "link.narrow",
    severity: "warning",
    subject: subjectOf(cable),
    title: `${cableText(cable)} runs on ${link.width}, ${plan.width === undefined ? `cables of this kind have ${width}` : `the plan says ${width}`}`,
    detail:
      "Some lanes did not come up when the link trained. A plug that is not fully in, a dirty or broken lane of the cable, or a width that was limited at one end all look like this; the tools cannot tell them apart.",
    next: "Reseat both plugs; then try another cable; then compare LinkWidthEnabled of both ports (smpquery portinfo).",
    evidence: cableEvidence(inputs, cable),
  };
}

function slow(inputs: FindingInputs, places: Places, cable: CableLive, link: FabricLink, speed: Speed): Finding {
  const plan = places.planOf(cable);
  const ends = places.judgedEnds(cable);
  const hint = places.hint(link);
  const known = ends.every(({ model }) => topSpeed(model) !== null);
  const why = plan.speed === undefined ? `both ends can ${speed}` : `the plan says ${speed}`;
  const proof =
    plan.speed !== undefined
      ? ""
      : known
        ? ` What both ends can is the models' own top speed.`
        : ` That both ends can more is the tool's hint alone.`;
  return {
    id: `link.slow ${cable.id}`,
    rule: "link.slow",
    severity: "warning",
    subject: subjectOf(cable),
    title: `${cableText(cable)} runs at ${link.speed}, ${why}`,
    detail: `The link trained below what is possible.${proof} ${hintWords(hint.speed, hint.width, ends)}A cable that is short-rated or damaged shows this; so does a speed that is switched off at one end. The cable's own rating is not in these outputs.`,
    next: "Read the rating on the cable and reseat it; try one that is known to be good. Then compare LinkSpeedEnabled of both ports (smpquery portinfo), and the speeds the switch allows.",
    evidence: cableEvidence(inputs, cable),
  };
}

/** What `Could be ...` of iblinkinfo proves: what both ends say they support, beyond what runs. */
function hintWords(
  speed: FabricLink["speed"] | null,
  width: FabricLink["width"] | null,
  ends: ReturnType<Places["judgedEnds"]>,
): string {
  if (speed === null && width === null) return "iblinkinfo hints nothing here, which proves nothing either. ";
  const could = [width, speed].filter((word) => word !== null).join(" ");
  const tops = ends.flatMap(({ model }) => topSpeed(model) ?? []);
  const impossible =
    (width !== null && laneCount[width] > laneCount[usualWidth]) ||
    (speed !== null && tops.some((top) => speedRank(top) < speedRank(speed)));
  return impossible
    ? `iblinkinfo hints ${could}, more than these models have: the hint is not to be trusted. `
    : `iblinkinfo's hint ${could} is what both ports say they support; it does not know the cable. `;
}

function down(inputs: FindingInputs, places: Places, cable: CableLive): Finding {
  const seen = [cable.a, cable.b].flatMap(({ at }) => (at && places.port(at)) ?? []);
  const disabled = seen.some(({ physState }) => physState === "Disabled");
  const polling = seen.filter(({ state }) => state === "Down").length;
  const hosts = [cable.a, cable.b].filter(({ device }) => !places.isSwitchDevice(device));
  const host = hosts.length === 1 ? hosts[0] : undefined;
  const reach = host === undefined ? undefined : inputs.devices[host.device]?.reach;
  const { detail, next } = disabled
    ? {
        detail: "A port is Disabled: somebody or something switched it off. The cable cannot be judged while it is.",
        next: "Enable the port: a switch's port in its inspector or on the switch's command line (no shutdown), an HCA's with ibportstate.",
      }
    : polling >= 2
      ? {
          detail:
            "Both ends are powered and look for a partner without finding one: the cable is unplugged at one end, broken, or one of the two ports is.",
          next: "Reseat the cable at both ends; then try another cable, then other ports.",
        }
      : reach === "reachable"
        ? {
            detail: `The port waits for a signal that does not come. ${host?.device} answers over SSH, so it is not off: the cable, the plug or its HCA's port is.`,
            next: "Reseat the cable at both ends and read the host's ibstat; then try another cable.",
          }
        : {
            detail:
              "The port waits for a signal that does not come. From here a pulled cable and a host that is off look alike: neither sends a signal.",
            next: `Look whether ${host?.device ?? "the device at the other end"} is on; then reseat the cable at both ends.`,
          };
  return {
    id: `link.down ${cable.id}`,
    rule: "link.down",
    severity: "error",
    subject: subjectOf(cable),
    title: `${cableText(cable)} is down: ${cable.reason}`,
    detail,
    next,
    evidence: cableEvidence(inputs, cable),
  };
}

/** Links that trained and were never set up: one cause, so one finding. */
function waiting(inputs: FindingInputs): readonly Finding[] {
  return (["Initialize", "Armed"] as const).flatMap((state) => {
    const links = inputs.cables.filter(({ logical, difference }) => logical === state && difference !== "unobserved");
    const [first] = links;
    if (first === undefined) return [];
    const some = links.slice(0, 3).map(cableText).join("; ");
    const more = links.length > 3 ? `; and ${links.length - 3} more` : "";
    const manager = inputs.subnetManager?.status;
    const { detail, next } =
      state === "Armed"
        ? {
            detail:
              "The subnet manager has begun to set up the link and not ended. That lasts a moment; if it stays, the manager cannot reach one end.",
            next: "Look again in a minute; then read the subnet manager's log.",
          }
        : manager === "master"
          ? {
              detail:
                "The cable is fine: the link has trained. A subnet manager is at work and has not set up this link: it may not see it, or not have swept yet.",
              next: "Look again in a minute; then read the subnet manager's log for this port.",
            }
          : {
              detail:
                "The cable is fine: the link has trained. Without a subnet manager it gets no LID and carries no data.",
              next: "Start one: opensm on one host, or the switch's own (ib sm). One is enough.",
            };
    return [
      {
        id: `link.${state.toLowerCase()}`,
        rule: `link.${state.toLowerCase()}`,
        severity: state === "Initialize" ? ("error" as const) : ("warning" as const),
        subject: subjectOf(first),
        title: `${links.length === 1 ? "A link is" : `${links.length} links are`} in ${state}, not Active: ${some}${more}`,
        detail,
        next,
        evidence: links.slice(0, 8).flatMap((cable) => cableEvidence(inputs, cable)),
      },
    ];
  });
}
