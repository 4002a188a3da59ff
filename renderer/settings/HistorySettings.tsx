/** Owns what the admin sets of the history, what it takes now, and its deletion. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Settings } from "../../electron/contract/app.ts";
import { type HistoryUsage, historyLimits } from "../../electron/contract/history.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { Age } from "../kit/Age.tsx";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { countText, numberText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { NumberSetting } from "./NumberSetting.tsx";
import { Row } from "./Row.tsx";

export function HistorySettings({
  settings,
  change,
}: {
  readonly settings: Settings;
  readonly change: (changes: Partial<Settings>) => void;
}) {
  const asked = useAnswer("usage", (signal) => client.history.usage(undefined, { signal }), {
    news: [settings.historyDays, settings.historyMegabytes],
  });
  const { value: usage } = asked;
  const [asking, setAsking] = useState(false);
  return (
    <section aria-labelledby="settings-history">
      <h2 id="settings-history">History</h2>
      <NumberSetting
        name="counterIntervalMs"
        help="Traffic and errors of all ports, read from one host. A fabric that takes long to read is read less often."
        {...{ settings, change }}
      />
      <NumberSetting
        name="historyDays"
        help="Readings older than a day are thinned to one in five minutes."
        {...{ settings, change }}
      />
      <NumberSetting
        name="historyMegabytes"
        help="Shared by all labs. When it is full, the lab that holds most gives its oldest."
        {...{ settings, change }}
      />
      <Row label="Kept now" help={usage === null ? "" : usageText(usage)}>
        <Button variant="default" disabled={usage === null} onClick={() => setAsking(true)}>
          Delete history…
        </Button>
      </Row>
      <AnswerFault of={[asked]} />
      {usage?.oldestAt && (
        <p className="hr-dim hr-setting-note">
          Oldest: <Age at={usage.oldestAt} />. <span className="hr-mono">{usage.path}</span>
        </p>
      )}
      {usage && leftOutText(usage) !== "" && <p className="hr-dim hr-setting-note">{leftOutText(usage)}</p>}
      {usage && usage.damaged.files > 0 && (
        <p className="hr-dim hr-setting-note">
          {countText(usage.damaged.files, "damaged file")} moved aside, {sizeText(usage.damaged.sizeBytes)}; deleted
          with the history.
        </p>
      )}
      {usage?.fault && <FaultView fault={usage.fault} tone="degraded" />}
      {asking && usage && <DeleteHistory usage={usage} onClose={() => setAsking(false)} onDone={asked.again} />}
    </section>
  );
}

function usageText({ sizeBytes, mostBytes, readings, events, kept }: HistoryUsage): string {
  const size = `${megabytes(sizeBytes)} of ${megabytes(mostBytes)} MB`;
  const counts = `${countText(readings, "reading")}, ${countText(events, "event")}`;
  return kept ? `${size}: ${counts}` : `In memory only, until Halfrack ends: ${counts}`;
}

function leftOutText({ leftOut: { ports, events } }: HistoryUsage): string {
  const parts = [
    ports > 0 ? `${countText(ports, "port")} beyond the ${numberText(historyLimits.ports)} that are kept of a lab` : "",
    events > 0
      ? `${countText(events, "event")} beyond the ${numberText(historyLimits.eventsOfReading)} that are kept of a reading`
      : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : `Left out: ${parts.join("; ")}.`;
}

function megabytes(bytes: number): string {
  const value = bytes / (1024 * 1024);
  return numberText(value, { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function DeleteHistory({
  usage,
  onClose,
  onDone,
}: {
  readonly usage: HistoryUsage;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const work = useWork();
  const remove = async () => {
    if ((await work.run(() => client.history.clear())) === null) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title="Delete the history of all labs?" size="sm" onClose={onClose}>
      <p className="hr-dialog-text">
        {countText(usage.readings, "reading")} and {countText(usage.events, "event")} are deleted. Lab files, settings
        and host keys stay. This cannot be undone.
      </p>
      <DialogActions fault={work.fault}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep history
        </Button>
        <Button color="red" loading={work.busy} onClick={() => void remove()}>
          Delete history
        </Button>
      </DialogActions>
    </Dialog>
  );
}
