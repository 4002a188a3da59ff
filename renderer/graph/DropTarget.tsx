/** Owns what becomes of files that are dropped on the window: saved outputs are read, and nothing leads the page away. */

import { Loader } from "@mantine/core";
import { IconFileAnalytics } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { FaultView } from "../kit/FaultView.tsx";
import { modalOpen } from "../kit/focus.ts";
import { bundleAmong, openDroppedBundle } from "../logs/dropped.ts";
import { useUi } from "../stores.ts";
import { openDropped } from "./saved.ts";
import { useGraph } from "./store.ts";
import "./graph.css";

export function DropTarget() {
  const [over, setOver] = useState(false);
  const reading = useGraph((graph) => graph.reading);
  const fault = useGraph((graph) => graph.fault);
  const atLogs = useUi((ui) => ui.place === "logs");
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    window.addEventListener(
      "dragover",
      (event) => {
        if (!holdsFiles(event)) return;
        // Without this the browser opens what is dropped in place of the app.
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = modalOpen() ? "none" : "copy";
        setOver(!modalOpen());
      },
      { signal },
    );
    window.addEventListener("dragleave", (event) => event.relatedTarget === null && setOver(false), { signal });
    window.addEventListener(
      "drop",
      (event) => {
        setOver(false);
        if (!holdsFiles(event)) return;
        event.preventDefault();
        if (modalOpen()) return;
        // They are there only while the event lasts.
        const items = [...(event.dataTransfer?.items ?? [])];
        const bundle = bundleAmong(items);
        void (bundle ? openDroppedBundle(bundle) : openDropped(items));
      },
      { signal },
    );
    return () => stop.abort();
  }, []);
  return (
    <>
      {over && (
        <div className="gr-drop">
          <div className="gr-drop-card">
            <IconFileAnalytics size={28} stroke={1.5} aria-hidden />
            <strong>{atLogs ? "Drop a bundle to read it" : "Drop saved outputs to look at them"}</strong>
            <span className="hr-dim">
              {atLogs
                ? "A support bundle of Halfrack, or any archive of logs (tar, zip). Nothing in it is run."
                : "ibnetdiscover, iblinkinfo and the like: files, a folder, or a bundle (tar, zip). Nothing is changed."}
            </span>
          </div>
        </div>
      )}
      {reading !== null && (
        <div className="gr-reading" role="status">
          <Loader size="xs" /> Reading {reading}…
        </div>
      )}
      {fault !== null && (
        <div className="gr-drop-fault">
          <FaultView fault={fault} />
          <button type="button" className="hr-link" onClick={() => useGraph.setState({ fault: null })}>
            Dismiss
          </button>
        </div>
      )}
    </>
  );
}
