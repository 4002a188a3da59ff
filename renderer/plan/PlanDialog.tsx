/** Owns how the plan takes over what was seen: every difference, chosen one by one, with the file's change before it is written. */
import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import type { Adoption } from "../../electron/contract/adopt.ts";
import type { LabEdit } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { FileDiff } from "../kit/FileDiff.tsx";
import { type Answer, useAnswer } from "../kit/use-answer.ts";
import { EditActions } from "../lab/EditActions.tsx";
import { useLabEdit } from "../lab/use-lab-edit.ts";
import { openDialog, useFabric, useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import "./plan.css";

interface Offer {
  readonly adoptions: readonly Adoption[];
  readonly edits: readonly LabEdit[];
  /** What the edits change, and in which text. */
  readonly shown: { readonly diff: string; readonly previewed: string } | null;
}

export function PlanDialog({ onClose }: { readonly onClose: () => void }) {
  const why = useReadOnlyWhy();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const asked = useOffer(chosen, why === null);
  const { value: offer, current, fault } = asked;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const ready = why === null && current && offer?.shown;
  const writing = useLabEdit(ready ? () => ({ edits: offer.edits, previewed: ready.previewed, done: onClose }) : null);
  const count = fault === null ? (offer?.edits.length ?? 0) : 0;
  return (
    <Dialog onClose={onClose} title="Plan and fabric" size="xl" changed={count > 0}>
      {offer?.adoptions.length === 0 && (
        <p className="hr-p" data-autofocus tabIndex={-1}>
          The plan and what was seen do not differ. What was not observed is not compared.
        </p>
      )}
      {(offer === null ? fault === null : offer.adoptions.length > 0) && (
        <>
          <p className="hr-p hr-dim">
            Where the cables are not as the lab file plans them. Choose what the plan should take over; the rest is for
            the rack.
          </p>
          <Differences offer={offer} chosen={chosen} closed={why !== null} onToggle={toggle} />
          {offer?.shown && fault === null && (
            <>
              <h3 className="hr-h3">What is written</h3>
              <FileDiff diff={offer.shown.diff} label="Change of the lab file" />
            </>
          )}
        </>
      )}
      <AnswerFault of={[asked]} tone="down" />
      <EditActions editing={writing} why={why} cancel="Close" onClose={onClose}>
        <Button loading={writing.busy} disabled={!writing.ready} onClick={writing.edit}>
          {count === 1 ? "Write 1 change to the lab file" : `Write ${count} changes to the lab file`}
        </Button>
      </EditActions>
    </Dialog>
  );
}

/** What can be taken over now, and what the chosen ones would write; asked again whenever plan or cables change. */
function useOffer(chosen: ReadonlySet<string>, editable: boolean): Answer<Offer> {
  const seen = useFabric((mirror) =>
    JSON.stringify((mirror.value?.cables ?? []).map(({ id, difference, reason }) => [id, difference, reason])),
  );
  const lab = useLab((mirror) => mirror.value?.lab);
  const loadedAt = useLab((mirror) => mirror.value?.loadedAt);
  const ask = async (signal: AbortSignal): Promise<Offer> => {
    const { adoptions, edits } = await client.fabric.adopt({ choose: [...chosen] }, { signal });
    const shown = editable && edits.length > 0 ? await client.lab.preview({ edits }, { signal }) : null;
    return { adoptions, edits, shown };
  };
  return useAnswer([...chosen], ask, { news: [editable, seen, lab, loadedAt], keep: true });
}

function Differences({
  offer,
  chosen,
  closed,
  onToggle,
}: {
  readonly offer: Offer | null;
  readonly chosen: ReadonlySet<string>;
  readonly closed: boolean;
  readonly onToggle: (id: string) => void;
}) {
  if (offer === null) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <ul className="pl-choices" aria-label="Differences" tabIndex={0}>
      {offer.adoptions.map(({ id, title, changes, refused, stranger, instead }) => (
        <li key={id}>
          <Checkbox
            label={title}
            checked={chosen.has(id) && refused === null}
            disabled={closed || refused !== null}
            onChange={() => onToggle(id)}
          />
          <div className="pl-choice">
            {refused === null ? (
              changes.map((change) => <p key={change}>{change}</p>)
            ) : (
              <p>
                {stranger === null && "Cannot be taken over. "}
                {refused}
              </p>
            )}
            {stranger !== null && (
              <Button
                className="pl-add"
                variant="default"
                size="compact-sm"
                disabled={closed}
                onClick={() => openDialog({ kind: "add-device", node: stranger })}
              >
                Add to lab file…
              </Button>
            )}
            <p className="hr-dim">{instead}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
