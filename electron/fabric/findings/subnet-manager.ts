/** Decides what is told of the fabric's subnet managers: none, two masters, none that leads, none to step in. */
import type { Finding, SubnetManagement } from "../../contract/fabric.ts";
import { endText } from "../../contract/words.ts";
import type { FindingInputs } from "./findings.ts";

type Manager = SubnetManagement["managers"][number];

const where = ({ at, lid }: Manager) => (at === null ? `LID ${lid}` : at.port === "0" ? at.device : endText(at));

/** Passes over a fabric whose manager could not be asked for. */
export function subnetManagerRules({ subnetManager, cables }: FindingInputs): readonly Finding[] {
  if (!subnetManager) return [];
  const { status, managers, reason } = subnetManager;
  const evidence = evidenceOf(subnetManager);
  if (status === "none") {
    const active = cables.filter(
      ({ logical, difference }) => logical === "Active" && difference !== "unobserved",
    ).length;
    const still =
      active > 0
        ? ` ${active} ${active === 1 ? "link is" : "links are"} still Active: they stay as they were set up, which proves no manager.`
        : "";
    return [
      {
        id: "sm.none",
        rule: "sm.none",
        severity: "error",
        subject: { device: "" },
        title: `No subnet manager: ${reason}`,
        detail: `Links that are set up go on working; whatever is plugged or restarted from now on stays in Initialize and carries no data.${still}`,
        next: "Start one: opensm on one host, or the switch's own (ib sm). One is enough.",
        evidence,
      },
    ];
  }
  const masters = managers.filter(({ state }) => state === "master");
  const [asked] = managers;
  if (masters.length > 1) {
    return [
      {
        id: "sm.two-masters",
        rule: "sm.two-masters",
        severity: "error",
        subject: subjectOf(masters[1]),
        title: `${masters.length} subnet managers say they are master: ${masters.map(where).join(", ")}`,
        detail:
          "Of all managers of one fabric one is master and the others stand by. Two masters set up ports against each other: two fabrics were joined by a cable, or they cannot hear each other.",
        next: "Stop one of them; the one with the higher priority should stay.",
        evidence,
      },
    ];
  }
  if (status === "no-master" && asked !== undefined) {
    return [
      {
        id: "sm.no-master",
        rule: "sm.no-master",
        severity: "warning",
        subject: subjectOf(asked),
        title: `The subnet manager at ${where(asked)} is not master: it says ${asked.state}`,
        detail:
          "The port answers to a manager that does not lead. While managers settle who leads this lasts a moment.",
        next: "Look again in a minute; then read the logs of the subnet managers.",
        evidence,
      },
    ];
  }
  return [];
}

function subjectOf(manager: Manager | undefined): Finding["subject"] {
  return manager?.at ? { device: manager.at.device, port: manager.at.port } : { device: "" };
}

function evidenceOf({ source }: SubnetManagement): Finding["evidence"] {
  if (source === null) return [];
  const lines = `${source.stdout}\n${source.stderr}`.split("\n");
  const line = lines.findIndex((text) => /^\S*sminfo: |mad_rpc/.test(text));
  return [{ source: `sminfo on ${source.device}`, line: line + 1, text: (lines[line] ?? "").slice(0, 240) }];
}
