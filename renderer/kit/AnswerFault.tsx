import { FaultView } from "./FaultView.tsx";
import type { Answer } from "./use-answer.ts";

/** Why the host does not answer what is shown here, and a button that asks again; nothing while it does. */
export function AnswerFault({
  of,
  tone = "degraded",
}: {
  readonly of: readonly Pick<Answer<unknown>, "fault" | "again">[];
  readonly tone?: "down" | "degraded";
}) {
  const failed = of.filter(({ fault }) => fault !== null);
  const fault = failed[0]?.fault ?? null;
  if (fault === null) return null;
  return (
    <div className="hr-answer-fault">
      <FaultView
        fault={fault}
        tone={tone}
        onRetry={() => {
          for (const { again } of failed) again();
        }}
      />
    </div>
  );
}
