/** Owns the wizard's first step: who answers and what each holds, and which time is wanted. */
import { Button, Checkbox, Select } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { Stick, TargetFindings } from "../../electron/contract/logs/find.ts";
import type { Catalogue } from "../../electron/contract/logs/item.ts";
import { inLabOrder } from "../../electron/contract/logs/lab-order.ts";
import { here, targetKindWords } from "../../electron/contract/logs/target.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { Age } from "../kit/Age.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { countText, momentText } from "../kit/time.ts";
import { useLab } from "../stores.ts";
import { draftFaults, silentTargets, wantedTargets } from "./choice.ts";
import { clockText, isClockWrong } from "./clock-text.ts";
import { FoundFiles } from "./FoundFiles.tsx";
import { changeDraft, look, showStep, useLogsUi } from "./store.ts";
import { WindowPicker } from "./WindowPicker.tsx";
import { targetName } from "./words.ts";

export function LookStep({ catalogue }: { readonly catalogue: Catalogue }) {
  const { draft, findings, looking, lookedAt, fault } = useLogsUi();
  const presets = catalogue.presets.map(({ id, title }) => ({ value: id, label: title }));
  const preset = catalogue.presets.find(({ id }) => id === draft.preset);
  const wanted = wantedTargets(findings, draft).length;
  const silent = silentTargets(findings, draft).length;
  const noTime = draftFaults(draft, Date.now()).range !== null;
  return (
    <>
      <div className="lg-step">
        <div className="lg-fields">
          <Select
            label="For"
            data={presets}
            value={draft.preset}
            allowDeselect={false}
            onChange={(value) => value !== null && changeDraft({ preset: value, items: new Map() })}
            description={preset?.why}
            inputWrapperOrder={["label", "input", "description"]}
          />
          <WindowPicker />
        </div>
        <div className="lg-head">
          <h3>Targets</h3>
          <span className="hr-dim" role="status">
            {looking
              ? `Asking. ${countText(findings.length, "answer")} so far.`
              : lookedAt !== null && (
                  <>
                    Looked <Age at={lookedAt} />.
                  </>
                )}
          </span>
          <Button
            variant="default"
            size="compact-sm"
            loading={looking}
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={() => void look()}
          >
            Look again
          </Button>
        </div>
        {fault && <FaultView fault={fault} onRetry={() => void look()} />}
        {findings.length > 0 && <Targets findings={findings} without={draft.without} />}
        {findings.length === 0 && !looking && !fault && (
          <p className="hr-dim">No device of the lab file can be asked: none has an address under ssh or bmc.</p>
        )}
      </div>
      <footer className="lg-foot">
        <span className="hr-dim">
          {countText(wanted + silent, "target")} chosen{silent > 0 && `, ${silent} of them without an answer`}.{" "}
          {wanted === 0 && !looking
            ? "Tick at least one that answers to go on."
            : noTime
              ? "From and To have to be mended to go on."
              : "Looking reads nothing but names and sizes."}
        </span>
        <Button disabled={wanted === 0 || noTime} onClick={() => showStep("choose")}>
          Choose what to collect
        </Button>
      </footer>
    </>
  );
}

function Targets({
  findings,
  without,
}: {
  readonly findings: readonly TargetFindings[];
  readonly without: ReadonlySet<string>;
}) {
  const devices = useLab((mirror) => mirror.value?.lab?.devices) ?? [];
  const ids = findings.map(({ target }) => target.id);
  return (
    <div className="lg-scroll">
      <table className="lg-table lg-targets">
        <thead>
          <tr>
            <th scope="col">
              <Checkbox
                size="xs"
                label="Target"
                aria-label="All targets"
                checked={ids.every((id) => !without.has(id))}
                indeterminate={ids.some((id) => without.has(id)) && ids.some((id) => !without.has(id))}
                onChange={({ currentTarget }) => changeDraft({ without: new Set(currentTarget.checked ? [] : ids) })}
              />
            </th>
            <th scope="col">System</th>
            <th scope="col">Login</th>
            <th scope="col" className="lg-number">
              Found
            </th>
            <th scope="col">Logs reach back to</th>
            <th scope="col">Since the last good boot</th>
            <th scope="col">Clock</th>
          </tr>
        </thead>
        <tbody>
          {inLabOrder(findings, devices).map((each) => (
            <TargetRow key={each.target.id} findings={each} wanted={!without.has(each.target.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const verdicts = {
  matches: "fits the layout",
  partly: "fits the layout in part",
  not: "no known layout: its beginning is collected as it is",
  unread: "could not be read",
} as const;

function StickText({ stick: { version, layout, verdict, reasons } }: { readonly stick: Stick }) {
  return (
    <span title={reasons.join("\n")}>
      {version ?? verdicts[verdict]}
      <span className="hr-dim lg-kinds">{version === null ? layout : `${layout}, ${verdicts[verdict]}`}</span>
    </span>
  );
}

const rootWords = {
  "is-root": "root",
  sudo: "sudo",
  "sudo-password": "sudo asks for a password",
  no: "no root",
} as const;

function TargetRow({ findings, wanted }: { readonly findings: TargetFindings; readonly wanted: boolean }) {
  const { target, fault, system, user, becomesRoot, files, clock, boots } = findings;
  const kinds = target.kinds.map((kind) => targetKindWords[kind]).join(", ");
  const oldest = files.flatMap(({ reachesBackTo }) => reachesBackTo ?? []);
  const unreadable = files.filter((file) => file.unreadable !== "");
  const [open, setOpen] = useState(false);
  const changed = files.filter((file) => file.changedSinceGoodBoot === true).length;
  const asked = !target.kinds.includes("bmc") && !target.kinds.includes("switch");
  const goodBoot = boots.find(({ good }) => good === true);
  const toggle = (on: boolean) => {
    const without = new Set(useLogsUi.getState().draft.without);
    if (on) without.delete(target.id);
    else without.add(target.id);
    changeDraft({ without });
  };
  return (
    <>
      <tr data-off={!wanted || undefined}>
        <th scope="row">
          <Checkbox
            size="xs"
            checked={wanted}
            onChange={({ currentTarget }) => toggle(currentTarget.checked)}
            label={
              <>
                {targetName(target.id)}
                {target.id !== here && <span className="hr-dim lg-kinds">{kinds}</span>}
              </>
            }
          />
        </th>
        {fault ? (
          <td colSpan={6}>
            <span className="hr-told" data-tone="down">
              <StateMark state="down" /> {fault.title}
            </span>
            <span className="hr-dim">
              {fault.detail} {fault.next}
            </span>
          </td>
        ) : (
          <>
            <td className="lg-system">
              {findings.stick ? (
                <StickText stick={findings.stick} />
              ) : asked ? (
                system
              ) : (
                <span className="hr-dim">asked when it is collected</span>
              )}
            </td>
            <td>
              {user}
              {user !== "root" && user !== "" && <span className="hr-dim">, {rootWords[becomesRoot]}</span>}
            </td>
            <td className="lg-number">
              {findings.stick && sizeText(findings.stick.ranges.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0))}
              {files.length === 0 ? "" : sizeText(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}
              {files.length > 0 && (
                <div className="hr-dim">
                  {countText(files.length, "file")}
                  {unreadable.length > 0 && (
                    <>
                      ,{" "}
                      <button
                        type="button"
                        className="hr-link hr-inline"
                        aria-expanded={open}
                        onClick={() => setOpen(!open)}
                      >
                        {unreadable.length} unreadable
                      </button>
                    </>
                  )}
                </div>
              )}
            </td>
            <td>{oldest.length > 0 && momentText(Math.min(...oldest))}</td>
            <td>
              {boots.length === 0
                ? ""
                : goodBoot === undefined
                  ? "no good boot known"
                  : `${countText(changed, "file")} changed`}
              {goodBoot && <div className="hr-dim">{momentText(goodBoot.startedAt)}</div>}
            </td>
            <td>
              {clock && isClockWrong(clock) ? (
                <strong className="hr-told" data-tone="degraded">
                  <StateMark state="degraded" /> {clockText(clock)}
                </strong>
              ) : (
                clock && clockText(clock)
              )}
            </td>
          </>
        )}
      </tr>
      {open && (
        <tr className="lg-more">
          <td colSpan={7}>
            <FoundFiles perTarget={[{ target: target.id, files: unreadable }]} />
          </td>
        </tr>
      )}
    </>
  );
}
