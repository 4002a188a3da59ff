/** Owns how stick layouts are shown: where things are on a boot stick, by which file, and the way to change that. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { StickLayouts as Layouts, StickLayout } from "../../electron/contract/logs/stick-layout.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { attempt } from "../kit/attempt.ts";
import { Facts } from "../kit/Section.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { StickLayoutDialog } from "./StickLayoutDialog.tsx";
import { offsetText, regionText } from "./stick-draft.ts";

export function StickLayouts() {
  const asked = useAnswer("layouts", (signal) => client.logs.stickLayouts(undefined, { signal }));
  const [saved, setSaved] = useState<Layouts | null>(null);
  const [editing, setEditing] = useState<{ readonly layout: StickLayout; readonly fresh: boolean } | null>(null);
  const told = saved ?? asked.value;
  if (told === null) return <AnswerFault of={[asked]} tone="down" />;
  const { layouts, own, shipped, ownFile, problems } = told;
  const remove = async (id: string) => {
    const left = await attempt(client.logs.removeStickLayout({ id }));
    if (left) setSaved(left);
  };
  return (
    <>
      <p className="hr-dialog-text">
        The offsets by which version and log are read off a stick. They are those of one release: where a stick differs,
        its first 32 MiB are collected as they are. What is changed here is saved in:
      </p>
      <code className="lg-source">{ownFile}</code>
      {problems.map((problem) => (
        <p key={problem} className="hr-told" data-tone="degraded">
          {problem}
        </p>
      ))}
      <ul className="lg-layouts">
        {layouts.map((layout) => {
          const isOwn = own.includes(layout.id);
          return (
            <li key={layout.id} aria-label={layout.title}>
              <header>
                <div>
                  <h4>{layout.title}</h4>
                  <span className="hr-dim">
                    {layout.id},{" "}
                    {isOwn ? (shipped.includes(layout.id) ? "own, in place of the shipped" : "own") : "shipped"}
                  </span>
                </div>
                <Button variant="default" size="compact-sm" onClick={() => setEditing({ layout, fresh: false })}>
                  Edit…
                </Button>
                <Button
                  variant="default"
                  size="compact-sm"
                  onClick={() => setEditing({ layout: copyOf(layout), fresh: true })}
                >
                  Copy…
                </Button>
                {isOwn && (
                  <Button variant="default" size="compact-sm" onClick={() => void remove(layout.id)}>
                    {shipped.includes(layout.id) ? "Take the shipped one again" : "Remove"}
                  </Button>
                )}
              </header>
              <p className="hr-dim">{layout.note}</p>
              <Facts
                facts={[
                  ["Log", regionText(layout.log)],
                  ["Version", `${regionText(layout.version)}, the line with “${layout.version.word}”`],
                  ["Whole image", offsetText(layout.imageBytes)],
                  [
                    "Partitions",
                    layout.partitions
                      .map(
                        ({ type, firstSector, sectors }) =>
                          `type 0x${type.toString(16)}, sector ${firstSector}, ${sectors} sectors`,
                      )
                      .join("; "),
                  ],
                  ["Markers", layout.markers.join(", ") || "none"],
                ]}
              />
            </li>
          );
        })}
      </ul>
      {editing && (
        <StickLayoutDialog
          layout={editing.layout}
          taken={editing.fresh ? layouts.map(({ id }) => id) : []}
          shipped={!editing.fresh && !own.includes(editing.layout.id)}
          onSaved={setSaved}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

const copyOf = (layout: StickLayout): StickLayout => ({
  ...layout,
  id: `${layout.id}-own`.slice(0, 64),
  title: `${layout.title}, own`.slice(0, 80),
});
