/** Decides what is told of cables that are not where the plan has them: each rearrangement once, with every port named. */
import type { CableLive, Difference, Finding } from "../../contract/fabric.ts";
import { mapped, type Steps } from "../../steps.ts";
import type { Places } from "../places.ts";
import { cableEvidence } from "./cable-evidence.ts";
import type { FindingInputs } from "./findings.ts";

interface Verdict {
  readonly rule: string;
  readonly severity: Finding["severity"];
  readonly detail: string;
  readonly next: string;
}

type Told = Exclude<Difference, "as-planned" | "unobserved">;

/** The difference that tells most of a story comes first. */
const verdicts: Readonly<Record<Told, Verdict>> = {
  swapped: {
    rule: "plan.swapped",
    severity: "error",
    detail:
      "The links themselves work; whoever trusts the plan unplugs the wrong cable. The GUIDs at both ends of each link prove where the cables are.",
    next: "Exchange the plugs so that each cable is where the plan has it, or write the places they are in now to the lab file.",
  },
  "wrong-hca-port": {
    rule: "plan.wrong-port",
    severity: "warning",
    detail: "The cable is at the planned host, in another port. Addresses and rails that belong to the port differ.",
    next: "Move the plug to the planned port, or write the port it is in now to the lab file.",
  },
  moved: {
    rule: "plan.moved",
    severity: "warning",
    detail: "One end of the cable is where the plan has it, the other is plugged elsewhere. The link itself works.",
    next: "Move the plug back, or write the port it is in now to the lab file.",
  },
  "peer-unknown": {
    rule: "plan.unknown-peer",
    severity: "warning",
    detail:
      "The link is up, so there is a cable and a powered device at its far end. Which device that is cannot be told: it does not answer, or has no name and no GUID the lab file knows.",
    next: "Look where the cable leads. Set the node description of the host (rdma-ndd does it), or write the HCA's GUID to the lab file.",
  },
  absent: {
    rule: "plan.absent",
    severity: "error",
    detail: "Both ends were seen, and no link between them: the cable is not there, or leads elsewhere.",
    next: "Follow the cable from both ends. If it was taken out for good, remove it from the plan.",
  },
  "not-in-lab": {
    rule: "plan.not-in-lab",
    severity: "info",
    detail: "A device that the lab file does not name is on the fabric.",
    next: "Add the device to the lab file, with its cable as it is; or take it off the fabric.",
  },
  unexpected: {
    rule: "plan.unexpected",
    severity: "warning",
    detail: "The link is there and the lab file plans none. It may be new, or the plan was never written down.",
    next: "Add the cable to the plan, or unplug it.",
  },
};

const precedence = Object.keys(verdicts) as Told[];

const isTold = (difference: Difference): difference is Told =>
  difference !== "as-planned" && difference !== "unobserved";

/** One finding for each rearrangement of cables; a cable that is just down is the link rules' to tell. */
export function* planRules(inputs: FindingInputs): Steps<readonly Finding[]> {
  const astray = inputs.cables.filter(({ difference, state }) => isTold(difference) && state !== "down");
  const stories = Map.groupBy(astray, ({ story, id }) => story ?? id);
  const found = yield* mapped(stories, ([id, cables]) => finding(inputs, id, cables));
  return [...found, leftOut(inputs.places, inputs.cables)].filter((told) => told !== null);
}

function finding(inputs: FindingInputs, story: string, cables: readonly CableLive[]): Finding | null {
  const kind = precedence.find((told) => cables.some(({ difference }) => difference === told));
  const telling = cables.filter(({ difference }) => difference === kind);
  // Where a planned cable and the link in its place are told alike, the planned one speaks for both.
  const speakers = telling.some(({ planned }) => planned !== null)
    ? telling.filter(({ planned }) => planned !== null)
    : telling;
  const [first] = speakers;
  if (kind === undefined || first === undefined) return null;
  const { rule, ...verdict } = verdicts[kind];
  const alone = kind === "swapped" ? [first] : speakers.slice(0, 3);
  const more = kind === "swapped" ? 0 : speakers.length - alone.length;
  return {
    id: `${rule} ${story}`,
    rule,
    subject: {
      device: first.a.device,
      port: first.a.port,
      cable: first.id,
      ...(kind === "not-in-lab" ? strangerOf(first) : {}),
    },
    title: `${alone.map(({ reason }) => reason).join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
    ...verdict,
    evidence: speakers.slice(0, 4).flatMap((cable) => cableEvidence(inputs, cable)),
  };
}

/** The node to be added to the lab file before the cable can be planned. */
function strangerOf({ a, b }: CableLive): Pick<Finding["subject"], "node"> {
  const at = [a, b].find(({ inLab }) => !inLab)?.at;
  return at == null ? {} : { node: at.node };
}

function leftOut(places: Places, cables: readonly CableLive[]): Finding | null {
  const strangers = places.links.filter(({ a, b }) => !places.isInLab(a.node) && !places.isInLab(b.node)).length;
  const shown = cables.filter(({ planned, a, b }) => planned === null && !a.inLab && !b.inLab).length;
  const left = strangers - shown;
  if (left <= 0) return null;
  return {
    id: "plan.strangers",
    rule: "plan.strangers",
    severity: "info",
    subject: { device: "" },
    title: `${left} ${left === 1 ? "link joins" : "links join"} devices that the lab file does not name, and ${left === 1 ? "is" : "are"} left out of the rack`,
    detail: "The rack shows the lab's own devices and what is plugged into them; the fabric is larger than that.",
    next: "Nothing needs to be done. Add devices to the lab file to see their cables here.",
    evidence: [],
  };
}
