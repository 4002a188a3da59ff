import { Button } from "@mantine/core";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { countText } from "../kit/time.ts";
import { useTerminals } from "../stores.ts";
import { useEnding } from "./ending.ts";
import { openSessions } from "./open-sessions.ts";

/** Names the sessions that end with the lab; leaving everything as it is is the default. */
export function EndingDialog() {
  const question = useEnding((ending) => ending.question);
  const terminals = useTerminals((mirror) => mirror.value?.terminals);
  if (!question) return null;
  const { count, recorded, devices } = openSessions(terminals ?? {});
  const cancel = () => question.answer(false);
  return (
    <Dialog onClose={cancel} title={`End ${countText(count, "session")}?`} size="md">
      <p className="hr-term-lead">Sessions end with the lab they were opened in, and what runs in them with them:</p>
      <ul className="hr-term-reasons hr-term-ending" aria-label="Sessions that end">
        {devices.map((each) => (
          <li key={each.device}>
            <strong>{each.device}</strong>
            {each.count > 1 && `: ${each.count} sessions`}
          </li>
        ))}
      </ul>
      {recorded > 0 && (
        <p className="hr-term-lead hr-dim">
          {countText(recorded, "recording")} {recorded === 1 ? "stops and is" : "stop and are"} kept.
        </p>
      )}
      <DialogActions>
        <Button variant="default" data-autofocus onClick={cancel}>
          Cancel
        </Button>
        <Button color="red" onClick={() => question.answer(true)}>
          {question.what} and end {countText(count, "session")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
