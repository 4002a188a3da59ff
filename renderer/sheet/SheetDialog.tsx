/** Owns what can be done with the cabling sheet: choose, look, print, save; the import of a CSV is next door. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { openDialog, useFabric, useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { Choices } from "./Choices.tsx";
import { defaultOptions, requestOf, type SheetOptions } from "./options.ts";
import { PagePreview } from "./PagePreview.tsx";
import { printPages } from "./print.ts";
import { bytesOf, saveFile } from "./save.ts";

/** As this window left them. */
let remembered: SheetOptions = defaultOptions;

export function SheetDialog({ onClose }: { readonly onClose: () => void }) {
  const [options, setOptions] = useState(remembered);
  const editable = useReadOnlyWhy() === null;
  const work = useWork();
  const request = requestOf(options);
  const lab = useLab((mirror) => mirror.value?.lab ?? null);
  const observedAt = useFabric((mirror) => mirror.value?.observedAt ?? null);
  const seen = options.content === "plan" ? null : observedAt;
  const { value: pages, fault } = useAnswer(request, (signal) => client.sheet.pages(request, { signal }), {
    news: [lab, seen],
    keep: true,
  });
  const change = (changes: Partial<SheetOptions>) => {
    remembered = { ...options, ...changes };
    setOptions(remembered);
  };
  const savePdf = () =>
    work.run(async () => {
      const { name, base64 } = await client.sheet.pdf(request);
      saveFile(name, bytesOf(base64), "application/pdf");
    });
  const saveSvg = () =>
    work.run(async () => {
      const { name, text } = await client.sheet.svg(request);
      saveFile(name, text, "image/svg+xml");
    });
  const saveCsv = (format: "sheet" | "ufm" | "ndt" | "labels") =>
    work.run(async () => {
      // UFM plans what is planned; the sheet's own columns tell what the preview tells.
      const content = format === "sheet" ? options.content : "plan";
      const { name, text } = await client.sheet.csv({ format, content });
      // Spreadsheets take a file without the mark for another encoding; UFM's reader takes the mark for a column's name.
      const mark = format === "sheet" || format === "labels" ? "\ufeff" : "";
      saveFile(name, `${mark}${text}`, "text/csv");
    });
  const drawn = pages !== null && fault === null;
  return (
    <Dialog onClose={onClose} title="Cabling sheet" size="min(1240px, 94vw)" classNames={{ body: "sh-body" }}>
      <div className="sh-columns">
        <div className="sh-choices">
          <Choices options={options} onChange={change} />
          {pages && (
            <p className="hr-dim" role="status">
              {pages.pages.length === 1 ? "1 page" : `${pages.pages.length} pages`}
              {pages.notes.map((note) => ` · ${note}`)}
            </p>
          )}
        </div>
        {pages ? (
          <PagePreview pages={pages.pages} stale={!drawn} />
        ) : (
          <div className="sh-desk">
            <p className="hr-dim">{fault ? "There is nothing to show." : "The pages are being drawn…"}</p>
          </div>
        )}
      </div>
      <DialogActions
        fault={fault ?? work.fault}
        aside={
          <Button variant="subtle" disabled={!editable} onClick={() => openDialog({ kind: "import-cables" })}>
            Import CSV…
          </Button>
        }
      >
        <Menu position="top-end" withinPortal withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} />}>
              Save CSV
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <CsvItem
              title="Cabling sheet"
              detail="Every column; can be imported again"
              onClick={() => saveCsv("sheet")}
            />
            <CsvItem
              title="Plan for UFM"
              detail="Start device, Start port, End device, End port, Link type"
              onClick={() => saveCsv("ufm")}
            />
            <CsvItem
              title="Plan for UFM’s NDT plugin"
              detail="The same with the headers its reader takes"
              onClick={() => saveCsv("ndt")}
            />
            <CsvItem
              title="Labels"
              detail="A line for each cable end, for a label printer"
              onClick={() => saveCsv("labels")}
            />
          </Menu.Dropdown>
        </Menu>
        <Button variant="default" disabled={!drawn} onClick={saveSvg}>
          Save SVG
        </Button>
        <Button variant="default" disabled={!drawn} loading={work.busy} onClick={savePdf}>
          Save PDF
        </Button>
        <Button disabled={!drawn} onClick={() => pages && printPages(pages)}>
          Print…
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function CsvItem({
  title,
  detail,
  onClick,
}: {
  readonly title: string;
  readonly detail: string;
  readonly onClick: () => void;
}) {
  return (
    <Menu.Item onClick={onClick}>
      {title}
      <div className="sh-detail">{detail}</div>
    </Menu.Item>
  );
}
