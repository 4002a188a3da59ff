/** Owns what is told of a bundle that was written, and the ways from there to its file. */
import { Button } from "@mantine/core";
import { IconCheck, IconCopy, IconFolderOpen } from "@tabler/icons-react";
import { useState } from "react";
import type { BundleResult } from "../../electron/contract/logs/bundle.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { FaultView } from "../kit/FaultView.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { openBundle } from "./opening.ts";
import { showCollection } from "./store.ts";

export function Written({ result: { path, verified, files, sizeBytes, sha256 } }: { readonly result: BundleResult }) {
  const opening = useWork();
  const showing = useWork();
  const [read, setRead] = useState("");
  const info = useAnswer("info", (signal) => client.app.info(undefined, { signal })).value;
  const open = async () => {
    const opened = await opening.run(() => openBundle({ path }, setRead));
    if (opened !== null) showCollection(opened.collection.id);
  };
  const fault = opening.fault ?? showing.fault;
  return (
    <div className="lg-written" role="status">
      <p>
        <StateMark state="healthy" /> Written and read back: {countText(verified, "file")} of {files} have the right
        sum.
      </p>
      <p className="hr-mono">{path}</p>
      <p className="hr-dim">
        {sizeText(sizeBytes)}, SHA-256 <code className="lg-sha">{sha256}</code>
      </p>
      <div className="hr-actions">
        {info?.fileManager && (
          <Button
            variant="default"
            size="compact-sm"
            loading={showing.busy}
            leftSection={<IconFolderOpen size={14} aria-hidden />}
            onClick={() => void showing.run(() => client.app.showInFolder({ path }))}
          >
            Show it in its folder
          </Button>
        )}
        {info?.fileManager === false && <CopyPath path={path} />}
        <Button variant="default" size="compact-sm" loading={opening.busy} onClick={() => void open()}>
          Open it as its reader does
        </Button>
        {opening.busy && <span className="hr-dim">{read}</span>}
      </div>
      {fault && <FaultView fault={fault} />}
    </div>
  );
}

/** Where no file manager can be opened, the path is taken along. */
function CopyPath({ path }: { readonly path: string }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(path).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  const Mark = copied ? IconCheck : IconCopy;
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<Mark size={14} aria-hidden />}
      onClick={() => void copy()}
    >
      {copied === null ? "Copy its path" : copied ? "Path copied" : "The clipboard could not be written"}
    </Button>
  );
}
