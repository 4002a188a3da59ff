/** Owns how a file is chosen where the system has no dialog for it: a path typed, or folders walked by click. */
import { TextInput } from "@mantine/core";
import { IconFile, IconFolder, IconFolderUp } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { client } from "../client.ts";
import { FaultView } from "../kit/FaultView.tsx";

type Listing = Awaited<ReturnType<typeof client.app.files>>;

/** Walks the folders of the machine Halfrack runs on: type a path, or click. */
export function FileBrowser(props: {
  readonly label: string;
  readonly path: string;
  /** False where another field of the dialog comes first. */
  readonly autoFocus?: boolean;
  readonly endings?: string[];
  readonly onPath: (path: string) => void;
  readonly onFile?: (path: string) => void;
  /** Called with the folder now shown. */
  readonly onFolder?: (dir: string) => void;
}) {
  const { label, path, autoFocus = true, endings, onPath, onFile, onFolder } = props;
  const [listing, setListing] = useState<Listing | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const list = useRef<HTMLFieldSetElement>(null);
  const walked = useRef(false);
  const show = useCallback(
    async (dir?: string) => {
      try {
        const next = await client.app.files({ ...(dir === undefined ? {} : { dir }), ...(endings ? { endings } : {}) });
        setListing(next);
        setFault(null);
        onFolder?.(next.dir);
      } catch (error) {
        setFault(faultOf(error));
      }
    },
    [endings, onFolder],
  );
  const walk = (dir: string) => {
    walked.current = true;
    void show(dir);
  };
  /** A folder is opened here; anything else is for the dialog to open, or to make. */
  const enter = async (typed: string, take: (path: string) => void) => {
    const folder = await client.app.files({ dir: typed }).then(
      () => true,
      () => false,
    );
    if (folder) walk(typed);
    else take(typed);
  };
  // The button that was pressed went with its folder: the keyboard goes on at the top of the next one.
  useEffect(() => {
    if (listing && walked.current) list.current?.querySelector("button")?.focus();
  }, [listing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first folder is read once; clicks read the others
  useEffect(() => {
    void show();
  }, []);
  return (
    <div className="hr-browser">
      <TextInput
        label={label}
        value={path}
        spellCheck={false}
        data-autofocus={autoFocus || undefined}
        styles={{ input: { fontFamily: "var(--hr-mono)" } }}
        onChange={({ currentTarget }) => onPath(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !onFile || path.trim() === "") return;
          event.preventDefault();
          void enter(path.trim(), onFile);
        }}
      />
      {fault && <FaultView fault={fault} />}
      <fieldset ref={list} className="hr-files" aria-label={`Folder ${listing?.dir ?? ""}`}>
        {listing?.parent && (
          <button type="button" onClick={() => walk(listing.parent ?? listing.dir)}>
            <IconFolderUp size={16} aria-hidden />
            Up from {listing.dir}
          </button>
        )}
        {listing?.entries.map((entry) => (
          <button
            key={entry.path}
            type="button"
            aria-current={entry.path === path || undefined}
            onClick={() => (entry.folder ? walk(entry.path) : onPath(entry.path))}
            onDoubleClick={() => !entry.folder && onFile?.(entry.path)}
          >
            {entry.folder ? <IconFolder size={16} aria-hidden /> : <IconFile size={16} aria-hidden />}
            {entry.name}
          </button>
        ))}
        {listing?.entries.length === 0 && (
          <span className="hr-dim hr-files-empty">Nothing to choose in this folder.</span>
        )}
      </fieldset>
    </div>
  );
}
