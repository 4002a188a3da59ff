/** Owns the wizard's second step: which items, with what was found of each, and files beside the catalogue. */
import { Button, Checkbox, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { type Catalogue, type Item, itemGroups } from "../../electron/contract/logs/item.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { countText, momentText } from "../kit/time.ts";
import { CatalogueProblems } from "./CatalogueDialog.tsx";
import { ConsentDialog } from "./ConsentDialog.tsx";
import { type Found, foundByItem, isChosen, withConsent, withItem } from "./choice.ts";
import { FoundFiles } from "./FoundFiles.tsx";
import { SearchFiles } from "./SearchFiles.tsx";
import { changeDraft, showStep, useLogsUi } from "./store.ts";
import { commandOf, groupWords } from "./words.ts";

const holds = (item: Item, text: string) =>
  [item.id, item.title, item.why, commandOf(item)].some((word) => word.toLowerCase().includes(text.toLowerCase()));

export function ChooseStep({ catalogue }: { readonly catalogue: Catalogue }) {
  const { draft, findings } = useLogsUi();
  const [text, setText] = useState("");
  const [searching, setSearching] = useState(false);
  const kinds = new Set(findings.flatMap(({ target }) => (draft.without.has(target.id) ? [] : target.kinds)));
  const items = catalogue.items.filter((item) => item.on.some((kind) => kinds.has(kind)));
  const shown = items.filter((item) => holds(item, text));
  const chosen = items.filter((item) => isChosen(item, draft));
  const { without } = draft;
  const foundOf = useMemo(() => foundByItem(findings, { without }), [findings, without]);
  const bytes = chosen.reduce((sum, { id }) => sum + foundOf(id).bytes, 0);
  return (
    <>
      <div className="lg-step">
        <div className="lg-head">
          <TextInput
            aria-label="Filter items"
            placeholder="Filter by name or command"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <span className="hr-dim">
            {text === "" ? "" : `${shown.length} of `}
            {countText(items.length, "item")} for the chosen targets, of {catalogue.items.length}
          </span>
          <Button variant="default" size="compact-sm" onClick={() => setSearching(!searching)}>
            {searching ? "Close the search" : "Search hosts for files…"}
          </Button>
        </div>
        <CatalogueProblems problems={catalogue.problems} startsOpen={false} />
        {searching && <SearchFiles />}
        <div className="lg-scroll">
          <table className="lg-table lg-items">
            <thead>
              <tr>
                <th scope="col">Item</th>
                <th scope="col">On</th>
                <th scope="col" className="lg-number">
                  Found
                </th>
                <th scope="col">Reaches back to</th>
                <th scope="col">Changed</th>
                <th scope="col">Cost</th>
                <th scope="col">Root</th>
              </tr>
            </thead>
            {itemGroups.map((group) => {
              const own = shown.filter((item) => item.group === group);
              return own.length === 0 ? null : <Group key={group} group={group} items={own} foundOf={foundOf} />;
            })}
          </table>
          {shown.length === 0 && text !== "" && (
            <p className="hr-dim" role="status">
              Nothing for the chosen targets has “{text}” in it.
            </p>
          )}
        </div>
      </div>
      <footer className="lg-foot">
        <span className="hr-dim">
          {chosen.length === 0 && draft.files.length === 0 && "Tick something to go on. "}
          {countText(chosen.length, "item")} chosen, {sizeText(bytes)} of files found before compression
          {draft.files.length > 0 && `, and ${countText(draft.files.length, "file")} beside the catalogue`}.
        </span>
        <Button variant="default" onClick={() => showStep("look")}>
          Back
        </Button>
        <Button disabled={chosen.length === 0 && draft.files.length === 0} onClick={() => showStep("review")}>
          Review what will run
        </Button>
      </footer>
    </>
  );
}

function Group({
  group,
  items,
  foundOf,
}: {
  readonly group: (typeof itemGroups)[number];
  readonly items: readonly Item[];
  readonly foundOf: (id: string) => Found;
}) {
  const draft = useLogsUi((ui) => ui.draft);
  const on = items.filter((item) => isChosen(item, draft)).length;
  const all = (wanted: boolean) =>
    changeDraft({
      // What changes something is asked about one by one.
      items: items.reduce(
        (map, item) => (item.consent === undefined ? withItem({ ...draft, items: map }, item, wanted) : map),
        draft.items,
      ),
    });
  return (
    <tbody>
      <tr className="lg-group">
        <th scope="colgroup" colSpan={7}>
          <Checkbox
            size="xs"
            checked={on === items.length}
            indeterminate={on > 0 && on < items.length}
            onChange={({ currentTarget }) => all(currentTarget.checked)}
            label={
              <>
                {groupWords[group]}{" "}
                <span className="hr-dim">
                  {on} of {items.length}
                </span>
              </>
            }
          />
        </th>
      </tr>
      {items.map((item) => (
        <ItemRow key={item.id} item={item} found={foundOf(item.id)} />
      ))}
    </tbody>
  );
}

function ItemRow({ item, found }: { readonly item: Item; readonly found: Found }) {
  const draft = useLogsUi((ui) => ui.draft);
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState(false);
  const choose = (wanted: boolean) => {
    if (item.consent === undefined) changeDraft({ items: withItem(draft, item, wanted) });
    else if (wanted) setAsking(true);
    else changeDraft(withConsent(draft, item, false));
  };
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <tr>
        <th scope="row">
          <div className="lg-item">
            <Checkbox
              size="xs"
              aria-label={item.title}
              checked={isChosen(item, draft)}
              onChange={({ currentTarget }) => choose(currentTarget.checked)}
            />
            {asking && <ConsentDialog item={item} found={found} onClose={() => setAsking(false)} />}
            <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
              <Chevron size={14} aria-hidden />
              {item.title}
            </button>
            <code>{commandOf(item)}</code>
          </div>
        </th>
        <td>{found.perTarget.length > 0 && countText(found.perTarget.length, "target")}</td>
        <td className="lg-number">
          {found.files > 0 && sizeText(found.bytes)}
          {found.files > 1 && <div className="hr-dim">{countText(found.files, "file")}</div>}
          {found.unreadable > 0 && <div className="hr-dim">{found.unreadable} unreadable</div>}
        </td>
        <td>{found.reachesBackTo !== null && momentText(found.reachesBackTo)}</td>
        <td>{found.changed > 0 && countText(found.changed, "file")}</td>
        <td>{item.cost}</td>
        <td>
          {item.root === "no" ? "" : item.root}
          {item.consent !== undefined && <div className="hr-dim">asks first</div>}
        </td>
      </tr>
      {open && (
        <tr className="lg-more">
          <td colSpan={7}>
            <p>{item.why}</p>
            <p className="hr-dim">
              At most {sizeText(item.capMegabytes * 2 ** 20)} and {item.timeoutSeconds} s each.
              {item.source !== undefined && ` Source: ${item.source}`}
            </p>
            <FoundFiles perTarget={found.perTarget} />
          </td>
        </tr>
      )}
    </>
  );
}
