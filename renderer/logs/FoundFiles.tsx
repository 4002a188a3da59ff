import type { FoundFile } from "../../electron/contract/logs/find.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { countText, momentText } from "../kit/time.ts";
import { targetName } from "./words.ts";

/** More rows than this help nobody to choose. */
const mostRows = 100;

/** The files that were found of one item, on each target. */
export function FoundFiles({
  perTarget,
}: {
  readonly perTarget: readonly { readonly target: string; readonly files: readonly FoundFile[] }[];
}) {
  const rows = perTarget.flatMap(({ target, files }) => files.map((file) => ({ target, file })));
  if (rows.length === 0) return null;
  return (
    <ul className="lg-files" data-columns={(perTarget.length > 1 ? 1 : 0) + 3}>
      {rows.slice(0, mostRows).map(({ target, file }) => (
        <li key={`${target} ${file.path}`}>
          {perTarget.length > 1 && <span>{targetName(target)}</span>}
          <code>{file.path}</code>
          {file.unreadable === "" && <span className="lg-number">{sizeText(file.sizeBytes)}</span>}
          <span className="hr-dim">
            {file.unreadable ||
              `${file.modifiedAt === null ? file.kind : `changed ${momentText(file.modifiedAt)}`}${file.changedSinceGoodBoot === true ? ", since the last good boot" : ""}`}
          </span>
        </li>
      ))}
      {rows.length > mostRows && <li className="hr-dim">and {countText(rows.length - mostRows, "more file")}</li>}
    </ul>
  );
}
