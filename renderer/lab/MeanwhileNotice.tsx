import { Button } from "@mantine/core";
import type { Clash } from "./meanwhile.ts";

/** In a form whose device was changed by another hand: what became of it, and each field that both changed. */
export function MeanwhileNotice({
  news,
  clashes,
  onMine,
  onTheirs,
}: {
  readonly news: string | null;
  readonly clashes: readonly Clash[];
  readonly onMine: (clash: Clash) => void;
  readonly onTheirs: (clash: Clash) => void;
}) {
  if (news === null && clashes.length === 0) return null;
  return (
    <div className="hr-fault hr-meanwhile" data-tone="degraded" role="alert">
      {news !== null && <p>{news}</p>}
      {clashes.length > 0 && (
        <>
          <strong>Changed meanwhile, in another window or program</strong>
          <p>Choose for each which value stays.</p>
          {clashes.map((clash) => (
            <fieldset key={clash.field}>
              <legend>{clash.label}</legend>
              <span>Entered here</span>
              <q>{clash.mine}</q>
              <Button variant="default" size="compact-sm" onClick={() => onMine(clash)}>
                Keep what was entered
              </Button>
              <span>In the lab file</span>
              <q>{clash.theirs}</q>
              <Button variant="default" size="compact-sm" onClick={() => onTheirs(clash)}>
                Take the file’s value
              </Button>
            </fieldset>
          ))}
        </>
      )}
    </div>
  );
}
