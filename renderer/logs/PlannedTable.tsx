/** Owns how a plan is told before it runs: by target how much, what is left out and why, and each line that will run. */
import { Fragment, useState } from "react";
import type { CollectionPlan } from "../../electron/contract/logs/collect.ts";
import type { Item } from "../../electron/contract/logs/item.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { countPlan, notCollectedOf } from "./planned.ts";
import { targetName } from "./words.ts";

export function PlannedTable({ plan, items }: { readonly plan: CollectionPlan; readonly items: readonly Item[] }) {
  const { header, commands } = plan;
  const { perTarget } = countPlan(plan);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <table className="lg-table lg-planned">
        <thead>
          <tr>
            <th scope="col">Target</th>
            <th scope="col" className="lg-number">
              Commands
            </th>
            <th scope="col" className="lg-number">
              Files
            </th>
            <th scope="col" className="lg-number">
              Of files, about
            </th>
            <th scope="col" className="lg-number">
              Not collected
            </th>
          </tr>
        </thead>
        <tbody>
          {header.targets.map(({ id }) => {
            const own = perTarget.get(id);
            const without = own?.notCollected ?? 0;
            return (
              <Fragment key={id}>
                <tr>
                  <th scope="row">{targetName(id)}</th>
                  <td className="lg-number">{own?.commands}</td>
                  <td className="lg-number">{own?.files}</td>
                  <td className="lg-number">{sizeText(own?.bytes ?? 0)}</td>
                  <td className="lg-number">
                    {without === 0 ? (
                      0
                    ) : (
                      <button
                        type="button"
                        className="hr-link hr-inline"
                        aria-label={`${without} not collected of ${targetName(id)}: what and why`}
                        aria-expanded={open === id}
                        onClick={() => setOpen(open === id ? null : id)}
                      >
                        {without}
                      </button>
                    )}
                  </td>
                </tr>
                {open === id && (
                  <tr className="lg-more">
                    <td colSpan={5}>
                      <NotCollected plan={plan} target={id} items={items} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      <h3 className="lg-title">Exactly what will run</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="hr-raw lg-commands" tabIndex={0}>
        {commands.map(({ target, line }) => `${targetName(target)}: ${line}`).join("\n")}
      </pre>
    </>
  );
}

function NotCollected({
  plan,
  target,
  items,
}: {
  readonly plan: CollectionPlan;
  readonly target: string;
  readonly items: readonly Item[];
}) {
  const titles = new Map(items.map(({ id, title }) => [id, title]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <ul className="lg-not-collected" tabIndex={0} aria-label={`Not collected of ${targetName(target)}`}>
      {notCollectedOf(plan, target).map(({ n, item, source, why }) => (
        <li key={n}>
          <span>{titles.get(item) ?? item}</span>
          <code>{source}</code>
          <span className="hr-dim">{why}</span>
        </li>
      ))}
    </ul>
  );
}
