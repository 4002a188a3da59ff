/** Owns the wizard: look, choose, review; each step can be gone back to, and nothing runs before the last. */
import { Stepper } from "@mantine/core";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { ChooseStep } from "./ChooseStep.tsx";
import { draftFaults } from "./choice.ts";
import { LookStep } from "./LookStep.tsx";
import { ReviewStep } from "./ReviewStep.tsx";
import { showStep, steps, useLogsUi } from "./store.ts";
import "./wizard.css";

export function NewCollection() {
  const { step, draft } = useLogsUi();
  const asked = useAnswer("catalogue", (signal) => client.logs.catalogue(undefined, { signal }));
  const catalogue = asked.value;
  return (
    <section className="lg-main" aria-label="New collection">
      <Stepper
        size="xs"
        wrap={false}
        active={steps.indexOf(step)}
        // Nothing is chosen for a time that means nothing.
        onStepClick={(index) => draftFaults(draft, Date.now()).range === null && showStep(steps[index] ?? "look")}
        className="lg-stepper"
      >
        <Stepper.Step label="Look" description="Where, and since when" />
        <Stepper.Step label="Choose" description="What is worth having" />
        <Stepper.Step label="Review" description="Exactly what will run" />
      </Stepper>
      <AnswerFault of={[asked]} tone="down" />
      {catalogue && step === "look" && <LookStep catalogue={catalogue} />}
      {catalogue && step === "choose" && <ChooseStep catalogue={catalogue} />}
      {catalogue && step === "review" && <ReviewStep catalogue={catalogue} />}
    </section>
  );
}
