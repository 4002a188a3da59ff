import { Button } from "@mantine/core";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { lengthText, momentText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useTerminals } from "../stores.ts";
import { focusDock } from "./groups.ts";
import { showDialog } from "./ui.ts";

/** Every recording kept by this profile; asked again whenever a recording starts or stops. */
export function RecordingsDialog() {
  const running = useTerminals((mirror) =>
    Object.values(mirror.value?.terminals ?? {})
      .flatMap(({ recording }) => recording?.id ?? [])
      .join(" "),
  );
  const asked = useAnswer("recordings", (signal) => client.terminal.recordings(undefined, { signal }), {
    news: [running],
  });
  const recordings = asked.value?.toSorted((a, b) => b.startedAt - a.startedAt) ?? null;
  const close = () => {
    showDialog(null);
    focusDock();
  };
  return (
    <Dialog onClose={close} title="Terminal recordings" size="xl">
      <AnswerFault of={[asked]} tone="down" />
      {!asked.fault && recordings === null && <p className="hr-dim">Reading the list.</p>}
      {recordings?.length === 0 && (
        <p className="hr-dim">
          There is no recording yet. Start one from a terminal's menu; it is kept as an asciicast file that other
          players read too.
        </p>
      )}
      {recordings !== null && recordings.length > 0 && (
        <table className="hr-term-table">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Started</th>
              <th scope="col">Length</th>
              <th scope="col">Size</th>
              <th scope="col">
                <span className="hr-term-hidden">Replay</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {recordings.map((recording) => (
              <tr key={recording.id} title={recording.path}>
                <th scope="row">{recording.device}</th>
                <td className="hr-tabular">{momentText(recording.startedAt)}</td>
                <td className="hr-tabular">
                  {running.split(" ").includes(recording.id) ? "recording now" : lengthText(recording.durationMs)}
                </td>
                <td className="hr-tabular">{sizeText(recording.sizeBytes)}</td>
                <td>
                  <Button variant="default" onClick={() => showDialog({ kind: "replay", recording })}>
                    Replay
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  );
}
