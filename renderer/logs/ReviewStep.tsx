/** Owns the wizard's last step: what exactly will run and be read, how much it is, what is left out, and the start. */
import { Button, Checkbox, Loader, Select, Textarea, TextInput } from "@mantine/core";
import type { Catalogue } from "../../electron/contract/logs/item.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { draftFaults, selectionOf } from "./choice.ts";
import { collectPlan } from "./collecting.ts";
import { PlannedTable } from "./PlannedTable.tsx";
import { countPlan } from "./planned.ts";
import { changeDraft, showStep, useLogsUi } from "./store.ts";

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
  const wrong = draftFaults(draft, Date.now());
  const isWrong = Object.values(wrong).some((each) => each !== null);
  const counts = plan && countPlan(plan);
  const start = async () => {
    if (plan === null || isWrong) return;
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
            error={wrong.name}
            onChange={({ currentTarget }) => changeDraft({ name: currentTarget.value })}
          />
          <TextInput
            label="At most, MB"
            description="Of files before compression; the costliest is left out first."
            inputWrapperOrder={["label", "input", "error", "description"]}
            placeholder="no limit"
            inputMode="decimal"
            value={draft.budget}
            error={wrong.budget}
            onChange={({ currentTarget }) => changeDraft({ budget: currentTarget.value })}
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
          inputWrapperOrder={["label", "input", "error", "description"]}
          autosize
          minRows={2}
          maxRows={8}
          value={draft.notes}
          error={wrong.notes}
          onChange={({ currentTarget }) => changeDraft({ notes: currentTarget.value })}
        />
        <AnswerFault of={[asked]} tone="down" />
        {plan && <PlannedTable plan={plan} items={catalogue.items} />}
      </div>
      {work.fault && (
        <div className="lg-outcome">
          <FaultView fault={work.fault} />
        </div>
      )}
      <footer className="lg-foot">
        <span className="hr-dim" role="status">
          {work.busy
            ? "Writing down what will be collected; then it begins."
            : plan === null
              ? "Planning."
              : isWrong
                ? `To be mended first: ${wrongWords(wrong)}.`
                : draft.consented.size > 0
                  ? `Read-only but for ${countText(draft.consented.size, "item")} that changes something, as agreed.`
                  : "Read-only: nothing is installed, nothing is written on a host."}
        </span>
        <Button variant="default" onClick={() => showStep("choose")}>
          Back
        </Button>
        <Button
          disabled={work.busy || plan === null || !asked.current || plan.header.entries.length === 0 || isWrong}
          leftSection={work.busy && <Loader size={14} color="currentColor" />}
          onClick={() => void start()}
        >
          {work.busy
            ? "Beginning"
            : counts === null
              ? "Collect"
              : `Collect ${countText(counts.all.commands + counts.all.files, "entry", "entries")}${counts.all.bytes > 0 ? `, about ${sizeText(counts.all.bytes)} of files` : ""}`}
        </Button>
      </footer>
    </>
  );
}

const fieldWords = {
  range: "the time (under Look)",
  budget: "At most, MB",
  name: "Name",
  notes: "Case notes",
} as const;

const wrongWords = (wrong: ReturnType<typeof draftFaults>) =>
  (["range", "name", "budget", "notes"] as const)
    .filter((field) => wrong[field] !== null)
    .map((field) => fieldWords[field])
    .join(", ");
