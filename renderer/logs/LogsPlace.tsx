/** Owns the place of logs: collections and bundles at the left, the one that is shown, or a new choice, beside them. */
import { Button } from "@mantine/core";
import { IconFolderOpen, IconPlus } from "@tabler/icons-react";
import { useEffect } from "react";
import { openDialog, useLab, useLogs } from "../stores.ts";
import { CollectionList } from "./CollectionList.tsx";
import { CollectionView } from "./CollectionView.tsx";
import { NewCollection } from "./NewCollection.tsx";
import { beginNew, useLogsUi } from "./store.ts";
import "./logs.css";

export function LogsPlace() {
  const open = useLab((mirror) => mirror.value?.path != null);
  const state = useLogs((mirror) => mirror.value);
  const shown = useLogsUi((ui) => ui.shown);
  const collection = state?.collections.find(({ id }) => id === shown);
  useEffect(() => {
    const { lookedAt, looking } = useLogsUi.getState();
    if (open && lookedAt === null && !looking) beginNew();
  }, [open]);
  return (
    <div className="lg-place">
      <aside className="lg-side" aria-label="Collections">
        <div className="lg-side-actions">
          <Button leftSection={<IconPlus size={15} aria-hidden />} disabled={!open} onClick={beginNew}>
            New collection
          </Button>
          <Button
            variant="default"
            leftSection={<IconFolderOpen size={15} aria-hidden />}
            onClick={() => openDialog({ kind: "open-bundle" })}
          >
            Open a bundle…
          </Button>
          <button type="button" className="hr-link" onClick={() => openDialog({ kind: "log-catalogue" })}>
            Catalogue and stick layouts…
          </button>
        </div>
        <CollectionList collections={state?.collections ?? []} />
      </aside>
      {collection ? (
        <CollectionView key={collection.id} summary={collection} />
      ) : open ? (
        <NewCollection />
      ) : (
        <div className="lg-main lg-nothing">
          <h2>Logs</h2>
          <p className="hr-dim">Open a lab to collect from its hosts, or open a bundle to read it.</p>
        </div>
      )}
    </div>
  );
}
