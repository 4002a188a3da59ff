/** Owns what adding a device that was seen writes to the lab file: the device and its cables, shown before as one change. */
import type { AddedDevice, DeviceAdoption } from "../../electron/contract/adopt.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { FileDiff } from "../kit/FileDiff.tsx";
import { type Answer, useAnswer } from "../kit/use-answer.ts";
import { useFabric, useLab } from "../stores.ts";

interface Joining extends DeviceAdoption {
  readonly diff: string;
  readonly previewed: string;
}

/** How long what is typed must stand before it is asked for. */
const settleMs = 150;

/** Asked again whenever plan or cables change; nothing is asked while `added` is null. */
export function useJoining(added: AddedDevice | null): Answer<Joining> {
  const seen = useFabric((mirror) =>
    JSON.stringify((mirror.value?.cables ?? []).map(({ id, difference }) => [id, difference])),
  );
  const loadedAt = useLab((mirror) => mirror.value?.loadedAt);
  const lab = useLab((mirror) => mirror.value?.lab);
  const ask = async (signal: AbortSignal): Promise<Joining> => {
    if (added === null) throw new Error("Nothing is added");
    const plan = await client.fabric.adoptDevice(added, { signal });
    return { ...plan, ...(await client.lab.preview({ edits: plan.edits }, { signal })) };
  };
  return useAnswer(added, ask, { news: [seen, lab, loadedAt], settleMs, keep: true });
}

/** Cables that are told one by one at the foot of the dialog. */
const toldAtMost = 2;

/** What becomes of its cables, in sight beside the button that does it. */
export function JoiningNotice({ joining: { value } }: { readonly joining: Answer<Joining> }) {
  const { changes = [], refused = [] } = value ?? {};
  const told = changes.length > toldAtMost ? [`${changes.length} changes of cables are written with it.`] : changes;
  return [...told, ...refused].map((sentence) => (
    <p key={sentence} className="hr-p">
      {sentence}
    </p>
  ));
}

/** The lab file's change, line by line. */
export function JoiningDiff({ joining }: { readonly joining: Answer<Joining> }) {
  const { value, fault } = joining;
  return (
    <div className="hr-wide">
      <h3 className="hr-h3">What is written</h3>
      {value !== null && fault === null && <FileDiff diff={value.diff} label="Change of the lab file" />}
      <AnswerFault of={[joining]} tone="down" />
    </div>
  );
}
