import { Button } from "@mantine/core";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { isMac } from "../kit/platform.ts";
import { focusTerminal } from "./groups.ts";
import type { LinkVerdict } from "./links.ts";
import { TextBlock } from "./TextBlock.tsx";
import { showDialog, useDock } from "./ui.ts";
import { openAddress } from "./views.ts";

/** The address under the pointer, before anything can be opened. Always text, whatever the program wrote. */
export function LinkTip() {
  const tip = useDock((dock) => dock.linkTip);
  if (!tip) return null;
  const { verdict } = tip;
  const left = Math.max(8, Math.min(tip.x, window.innerWidth - 440));
  const above = tip.y > 120;
  return (
    <div
      className="hr-term-link-tip"
      role="tooltip"
      style={above ? { left, bottom: window.innerHeight - tip.y + 14 } : { left, top: tip.y + 18 }}
    >
      {verdict.open ? (
        <>
          <span className="hr-mono">{verdict.address}</span>
          {verdict.warnings.map((warning) => (
            <strong key={warning}>{warning}</strong>
          ))}
          <span className="hr-dim">{isMac ? "⌘click" : "Ctrl+click"} opens it in the browser</span>
        </>
      ) : (
        <span>{verdict.why}</span>
      )}
    </div>
  );
}

/** Asks before an address is that is not what the screen showed. */
export function LinkDialog(props: {
  readonly terminal: string;
  readonly verdict: Extract<LinkVerdict, { open: true }>;
}) {
  const { terminal, verdict } = props;
  const close = () => {
    showDialog(null);
    focusTerminal(terminal);
  };
  return (
    <Dialog onClose={close} title="Open this address?" size="lg">
      <p className="hr-term-lead">A program in this terminal leads to</p>
      <TextBlock label="Address">{verdict.address}</TextBlock>
      <ul className="hr-term-reasons">
        {verdict.warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
      <DialogActions>
        <Button
          variant="default"
          onClick={() => {
            openAddress(verdict.address);
            close();
          }}
        >
          Open {verdict.host}
        </Button>
        <Button data-autofocus onClick={close}>
          Cancel
        </Button>
      </DialogActions>
    </Dialog>
  );
}
