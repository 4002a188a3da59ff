import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { Recording } from "../../electron/contract/terminal.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { useTerminals } from "../stores.ts";
import { clockText, sizeText } from "./duration.ts";
import { focusDock } from "./groups.ts";
import { showDialog } from "./ui.ts";

/** Every recording kept by this profile; asked again whenever a recording starts or stops. */
export function RecordingsDialog() {
  const [recordings, setRecordings] = useState<readonly Recording[] | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const running = useTerminals((mirror) =>
    Object.values(mirror.value?.terminals ?? {})
      .flatMap(({ recording }) => recording?.id ?? [])
      .join(" "),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is read again when a recording starts or stops
  useEffect(() => {
    let gone = false;
    client.terminal.recordings().then(
      (list) => gone || setRecordings(list.toSorted((a, b) => b.startedAt - a.startedAt)),
      (error) => gone || setFault(faultOf(error)),
    );
    return () => {
      gone = true;
    };
  }, [running]);
  const close = () => {
    showDialog(null);
    focusDock();
  };
  return (
    <Dialog onClose={close} title="Terminal recordings" size="xl">
      {fault && <FaultView fault={fault} />}
      {!fault && recordings === null && <p className="hr-dim">Reading the list</p>}
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
                <td className="hr-tabular">{new Date(recording.startedAt).toLocaleString()}</td>
                <td className="hr-tabular">
                  {running.split(" ").includes(recording.id) ? "recording now" : clockText(recording.durationMs)}
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
