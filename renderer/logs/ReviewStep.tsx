/** Owns the wizard's last step: what exactly will run and be read, how much it is, what is left out, and the start. */
import { Button, Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { CollectionPlan } from "../../electron/contract/logs/collect.ts";
import type { Catalogue } from "../../electron/contract/logs/item.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { selectionOf } from "./choice.ts";
import { collectPlan } from "./collecting.ts";
import { changeDraft, showStep, useLogsUi } from "./store.ts";
import { targetName } from "./words.ts";

export function ReviewStep({ catalogue }: { readonly catalogue: Catalogue }) {
  const { draft, findings, lookedAt } = useLogsUi();
  const { name: _, notes: __, ...choosing } = selectionOf(draft, catalogue, findings);
  const asked = useAnswer(choosing, (signal) => client.logs.plan(choosing, { signal }), {
    settleMs: 300,
    keep: true,
    news: [lookedAt],
  });
  const work = useWork();
  const plan = asked.value;
  const bmcs = plan?.header.targets.filter(({ kinds }) => kinds.includes("bmc")).length ?? 0;
  const start = async () => {
    if (plan === null) return;
    await work.run(async () => {
      const { name, notes } = draft;
      await collectPlan(plan.header.id, { name, notes });
    });
  };
  return (
    <>
      <div className="lg-step">
        <div className="lg-fields">
          <TextInput
            label="Name"
            placeholder={plan?.header.name ?? ""}
            value={draft.name}
            onChange={({ currentTarget }) => changeDraft({ name: currentTarget.value })}
          />
          <NumberInput
            label="At most, MB"
            description="Of files before compression; the costliest is left out first."
            inputWrapperOrder={["label", "input", "description"]}
            placeholder="no limit"
            min={1}
            hideControls
            value={draft.budgetMegabytes ?? ""}
            onChange={(value) =>
              changeDraft({ budgetMegabytes: typeof value === "number" && value > 0 ? value : null })
            }
          />
          <Select
            label="What only root may read"
            data={[
              { value: "without-password", label: "by sudo, where it asks no password" },
              { value: "ask", label: "by sudo, asking for its password here" },
              { value: "never", label: "not at all" },
            ]}
            value={draft.sudo}
            allowDeselect={false}
            onChange={(value) => value !== null && changeDraft({ sudo: value as typeof draft.sudo })}
          />
          {bmcs > 1 && (
            <Checkbox
              label={`The same password for all ${bmcs} BMCs`}
              description="It is asked for once when collecting begins, and kept nowhere."
              checked={draft.oneBmcPassword}
              onChange={({ currentTarget }) => changeDraft({ oneBmcPassword: currentTarget.checked })}
            />
          )}
        </div>
        <Textarea
          label="Case notes"
          description="What was seen, what was tried. They stand first in the bundle."
          autosize
          minRows={2}
          maxRows={8}
          value={draft.notes}
          onChange={({ currentTarget }) => changeDraft({ notes: currentTarget.value })}
        />
        <AnswerFault of={[asked]} tone="down" />
        {plan && <Planned plan={plan} />}
        {work.fault && <FaultView fault={work.fault} />}
      </div>
      <footer className="lg-foot">
        <span className="hr-dim" role="status">
          {plan === null
            ? "Planning."
            : draft.consented.size > 0
              ? `Read-only but for ${countText(draft.consented.size, "item")} that changes something, as agreed.`
              : "Read-only: nothing is installed, nothing is written on a host."}
        </span>
        <Button variant="default" onClick={() => showStep("choose")}>
          Back
        </Button>
        <Button
          disabled={plan === null || !asked.current || plan.header.entries.length === 0}
          loading={work.busy}
          onClick={() => void start()}
        >
          {plan === null
            ? "Collect"
            : `Collect ${countText(plan.header.entries.length, "entry", "entries")}, about ${sizeText(plan.estimateBytes)}`}
        </Button>
      </footer>
    </>
  );
}

function Planned({ plan }: { readonly plan: CollectionPlan }) {
  const { header, leftOut, commands } = plan;
  return (
    <>
      <table className="lg-table lg-planned">
        <thead>
          <tr>
            <th scope="col">Target</th>
            <th scope="col" className="lg-number">
              Commands
            </th>
            <th scope="col" className="lg-number">
              Files
            </th>
            <th scope="col" className="lg-number">
              About
            </th>
            <th scope="col" className="lg-number">
              Not collected
            </th>
          </tr>
        </thead>
        <tbody>
          {header.targets.map(({ id }) => {
            const own = header.entries.filter(({ target }) => target === id);
            const files = own.filter(({ source }) => source.how === "file" || source.how === "range").length;
            const numbers = new Set(own.map(({ n }) => n));
            return (
              <tr key={id}>
                <th scope="row">{targetName(id)}</th>
                <td className="lg-number">{own.length - files}</td>
                <td className="lg-number">{files}</td>
                <td className="lg-number">
                  {sizeText(own.reduce((sum, { estimateBytes }) => sum + (estimateBytes ?? 0), 0))}
                </td>
                <td className="lg-number">{leftOut.filter(({ n }) => numbers.has(n)).length}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <h3 className="lg-title">Exactly what will run</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="hr-raw lg-commands" tabIndex={0}>
        {commands.map(({ target, line }) => `${targetName(target)}: ${line}`).join("\n")}
      </pre>
    </>
  );
}
