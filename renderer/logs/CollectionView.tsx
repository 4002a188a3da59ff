/** Owns how one collection is shown: its standing, what can be done with it, and its views. */
import { Button, Tabs } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop, IconTopologyStar3, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { momentText } from "../kit/time.ts";
import { useWork } from "../kit/use-work.ts";
import { BundleView } from "./BundleView.tsx";
import { standing } from "./CollectionList.tsx";
import { CompareView } from "./CompareView.tsx";
import { CompletenessView } from "./CompletenessView.tsx";
import { goOn } from "./collecting.ts";
import { showFabric } from "./fabric.ts";
import { ProgressView } from "./ProgressView.tsx";
import { ReadView } from "./ReadView.tsx";
import { showView, useLogsUi, type View } from "./store.ts";
import "./results.css";

const tabs: readonly { readonly view: View; readonly label: string }[] = [
  { view: "progress", label: "Progress" },
  { view: "completeness", label: "Completeness" },
  { view: "read", label: "Read" },
  { view: "compare", label: "Compare" },
  { view: "bundle", label: "Redact and pack" },
];

export function CollectionView({ summary }: { readonly summary: CollectionSummary }) {
  const view = useLogsUi((ui) => ui.view);
  const [removing, setRemoving] = useState(false);
  const showing = useWork();
  const { mark, words } = standing(summary);
  const running = summary.state === "running";
  const shown = tabs.filter(({ view: each }) => each !== "progress" || running);
  const current = shown.some((tab) => tab.view === view) ? view : "completeness";
  return (
    <section className="lg-main" aria-label={summary.name}>
      <header className="lg-collection-head">
        <div>
          <h2>{summary.name}</h2>
          <p className="hr-dim">
            <StateMark state={mark} /> {words}. {sizeText(summary.sizeBytes)}, {momentText(summary.createdAt)}
            {summary.path !== null && <span className="hr-mono">, {summary.path}</span>}
          </p>
        </div>
        <div className="lg-collection-actions">
          {running && (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={15} aria-hidden />}
              onClick={() => void attempt(client.logs.cancel())}
            >
              Stop collecting
            </Button>
          )}
          {!running && (
            <Button
              variant="default"
              loading={showing.busy}
              leftSection={<IconTopologyStar3 size={15} aria-hidden />}
              onClick={() => void showing.run(() => attempt(showFabric(summary)))}
            >
              Show its fabric
            </Button>
          )}
          {summary.state === "stopped" && (
            <Button
              leftSection={<IconPlayerPlay size={15} aria-hidden />}
              onClick={() => void attempt(goOn(summary.id))}
            >
              Go on collecting
            </Button>
          )}
          <Button
            variant="default"
            disabled={running}
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={() => setRemoving(true)}
          >
            {summary.kind === "bundle" ? "Forget…" : "Delete…"}
          </Button>
        </div>
      </header>
      <Tabs
        value={current}
        onChange={(value) => value !== null && showView(value as View)}
        keepMounted={false}
        className="lg-tabs"
      >
        <Tabs.List>
          {shown.map((tab) => (
            <Tabs.Tab key={tab.view} value={tab.view}>
              {tab.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="progress">
          <ProgressView id={summary.id} />
        </Tabs.Panel>
        <Tabs.Panel value="completeness">
          <CompletenessView summary={summary} />
        </Tabs.Panel>
        <Tabs.Panel value="read">
          <ReadView summary={summary} />
        </Tabs.Panel>
        <Tabs.Panel value="compare">
          <CompareView summary={summary} />
        </Tabs.Panel>
        <Tabs.Panel value="bundle">
          <BundleView summary={summary} />
        </Tabs.Panel>
      </Tabs>
      {removing && <RemoveDialog summary={summary} onClose={() => setRemoving(false)} />}
    </section>
  );
}

function RemoveDialog({ summary, onClose }: { readonly summary: CollectionSummary; readonly onClose: () => void }) {
  const work = useWork();
  const bundle = summary.kind === "bundle";
  const remove = async () => {
    if ((await work.run(() => client.logs.remove({ id: summary.id }))) === null) return;
    useLogsUi.setState({ shown: null });
    onClose();
  };
  return (
    <Dialog title={bundle ? "Forget this bundle?" : "Delete this collection?"} size="sm" onClose={onClose}>
      <p className="hr-dialog-text">
        {bundle
          ? `What was unpacked of “${summary.name}” is deleted. The bundle's file stays.`
          : `“${summary.name}” with ${sizeText(summary.sizeBytes)} is deleted. Bundles that were made of it stay. This cannot be undone.`}
      </p>
      <DialogActions fault={work.fault}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" loading={work.busy} onClick={() => void remove()}>
          {bundle ? "Forget bundle" : "Delete collection"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
