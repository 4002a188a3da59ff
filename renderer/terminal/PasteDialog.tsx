import { Button, Checkbox } from "@mantine/core";
import { useMemo, useState } from "react";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { focusTerminal } from "./groups.ts";
import { asOneLine, makeVisible, pastePayload, withoutTrailingNewline } from "./paste.ts";
import { TargetList } from "./TargetList.tsx";
import { TextBlock } from "./TextBlock.tsx";
import { type DockDialog, type PasteQuestion, showDialog } from "./ui.ts";
import { sendKeys } from "./views.ts";

/** Longest text drawn in the dialog, in code units; what lies beyond is counted, never hidden silently. */
const shownLength = 200_000;

/** Text with every control character named. */
function VisibleText({ text }: { readonly text: string }) {
  const pieces = useMemo(() => makeVisible(text.slice(0, shownLength)), [text]);
  return (
    <TextBlock label="Text to be sent">
      {/* biome-ignore-start lint/suspicious/noArrayIndexKey: pieces never move */}
      {pieces.map((piece, index) =>
        piece.named ? (
          <span key={index} className="hr-term-control">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
      {/* biome-ignore-end lint/suspicious/noArrayIndexKey: pieces never move */}
    </TextBlock>
  );
}

/** Shows what a paste would send, and where, before it is sent. Cancel is the default. */
export function PasteDialog({ question }: { readonly question: PasteQuestion }) {
  const { terminal, targets, analysis, bracketed, destructive } = question;
  const [dropLast, setDropLast] = useState(true);
  const close = () => {
    showDialog(null);
    focusTerminal(terminal);
  };
  const send = (text: string) => {
    close();
    sendKeys(terminal, pastePayload(text, bracketed));
  };
  const whole = dropLast ? withoutTrailingNewline(analysis.text) : analysis.text;
  const lines = analysis.lines === 1 ? "1 line" : `${analysis.lines} lines`;
  const reasons = [
    analysis.reasons.includes("lines") || (targets.length > 1 && analysis.lines > 1)
      ? analysis.lines > 1
        ? "Each line break runs what stands before it"
        : "The line break at the end runs the line at once"
      : null,
    destructive && `“${destructive.line.trim().slice(0, 120)}” ${destructive.what}`,
    analysis.removed > 0 && `Control characters are left out (${analysis.removed}); below they are shown by name`,
    analysis.hidden > 0 && `Invisible characters (${analysis.hidden}) can make the text read other than it runs`,
    question.raw.length > shownLength && `${question.raw.length - shownLength} more characters are not shown`,
  ].filter((reason) => typeof reason === "string");
  return (
    <Dialog
      onClose={close}
      title={targets.length > 1 ? `Paste ${lines} into ${targets.length} terminals?` : `Paste ${lines}?`}
      size="xl"
    >
      {targets.length > 1 && <TargetList targets={targets} />}
      <ul className="hr-term-reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <VisibleText text={question.raw} />
      {analysis.endsWithNewline && (
        <Checkbox
          mt="sm"
          checked={dropLast}
          onChange={(event) => setDropLast(event.currentTarget.checked)}
          label="Leave out the line break at the end, so that the last line waits for Enter"
        />
      )}
      <DialogActions>
        {analysis.lines > 1 && (
          <Button variant="default" onClick={() => send(asOneLine(analysis.text))}>
            Paste as one line
          </Button>
        )}
        <Button variant="default" color={destructive ? "red" : "accent"} onClick={() => send(whole)}>
          Paste {lines}
        </Button>
        <Button data-autofocus onClick={close}>
          Cancel
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Asks before a typed line that looks destructive is run in several terminals. */
export function EnterDialog({ question }: { readonly question: Extract<DockDialog, { kind: "enter" }> }) {
  const { terminal, targets, keys, line, what } = question;
  const close = () => {
    showDialog(null);
    focusTerminal(terminal);
  };
  return (
    <Dialog onClose={close} title={`Run this in ${targets.length} terminals?`} size="lg">
      <TargetList targets={targets} />
      <p className="hr-term-lead">The line {what}:</p>
      <VisibleText text={line} />
      <DialogActions>
        <Button
          variant="default"
          onClick={() => {
            close();
            sendKeys(terminal, keys);
          }}
        >
          Run in {targets.length} terminals
        </Button>
        <Button data-autofocus onClick={close}>
          Cancel
        </Button>
      </DialogActions>
    </Dialog>
  );
}
