import { Checkbox } from "@mantine/core";
import type { RedactionRules } from "../../electron/contract/logs/redact.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";

/** Every replacement with places in context, and what cannot be redacted and so stays out. */
export function RedactionPreview({
  id,
  rules,
  onBinary,
}: {
  readonly id: string;
  readonly rules: RedactionRules;
  readonly onBinary: (paths: readonly string[]) => void;
}) {
  const { includeBinary, ...asking } = rules;
  const asked = useAnswer(
    { id, asking },
    (signal) => client.logs.previewRedaction({ id, rules: { ...asking, includeBinary: [] } }, { signal }),
    { keep: true, settleMs: 400 },
  );
  const told = asked.value;
  if (told === null)
    return asked.fault ? <AnswerFault of={[asked]} /> : <p className="hr-dim">Reading all that was collected.</p>;
  return (
    <section className="lg-preview" aria-label="Preview of the redaction">
      <AnswerFault of={[asked]} />
      <p className="hr-dim">
        {countText(told.replacements.length + told.more, "name")} in {countText(told.files, "file")} of{" "}
        {sizeText(told.bytes)}. Names that no place tells are not found, nor addresses and names of four letters in
        base64: own words are for these.
        {told.more > 0 && ` The ${told.replacements.length} most frequent are shown; all are replaced.`}
      </p>
      {told.noRoom.names > 0 && (
        <p>
          {countText(told.noRoom.names, "name")} too many to be looked for everywhere: they are replaced only where
          their place tells them. Look for those that matter, as own words: {told.noRoom.some.join(", ")}
          {told.noRoom.names > told.noRoom.some.length && " and others"}.
        </p>
      )}
      {told.binary.length > 0 && (
        <fieldset className="lg-binary">
          <legend>Binary files that hold such names</legend>
          <p className="hr-dim">Nothing can be replaced in them without breaking them: they stay out unless ticked.</p>
          {told.binary.map(({ path, found }) => (
            <Checkbox
              key={path}
              size="xs"
              label={
                <>
                  <code>{path}</code> <span className="hr-dim">{countText(found, "place")}</span>
                </>
              }
              checked={includeBinary.includes(path)}
              onChange={({ currentTarget: { checked } }) =>
                onBinary(checked ? [...includeBinary, path] : includeBinary.filter((other) => other !== path))
              }
            />
          ))}
        </fieldset>
      )}
      <table className="lg-table">
        <thead>
          <tr>
            <th scope="col">Stands there</th>
            <th scope="col">Becomes</th>
            <th scope="col">What</th>
            <th scope="col" className="lg-number">
              Times
            </th>
            <th scope="col">For instance</th>
          </tr>
        </thead>
        <tbody>
          {told.replacements.map(({ class: of, original, pseudonym, times, places }) => (
            <tr key={`${of} ${original}`}>
              <th scope="row">
                <code>{original}</code>
              </th>
              <td>
                <code>{pseudonym}</code>
              </td>
              <td>{of}</td>
              <td className="lg-number">{times}</td>
              <td>
                {places.slice(0, 3).map(({ path, line, before, after }) => (
                  <div key={`${path} ${line}`} className="lg-place-of">
                    <code>
                      {before}
                      <mark>{pseudonym}</mark>
                      {after}
                    </code>
                    <span className="hr-dim">
                      {path}, line {line}
                    </span>
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
