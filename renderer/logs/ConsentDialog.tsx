import { Button } from "@mantine/core";
import type { Item } from "../../electron/contract/logs/item.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { type Found, withConsent } from "./choice.ts";
import { changeDraft, useLogsUi } from "./store.ts";
import { commandOf, targetName } from "./words.ts";

/** Asks for the yes that an item needs which changes something on its targets: what it changes, and what exactly runs. */
export function ConsentDialog({
  item,
  found,
  onClose,
}: {
  readonly item: Item;
  readonly found: Found;
  readonly onClose: () => void;
}) {
  const draft = useLogsUi((ui) => ui.draft);
  const targets = found.perTarget.map(({ target }) => targetName(target));
  const paths = "each" in item ? (item.each ?? []) : [];
  return (
    <Dialog onClose={onClose} title={`${item.title}: it changes something`} size="lg">
      <p className="hr-dialog-text">{item.why}.</p>
      <p className="hr-told" data-tone="degraded">
        {item.consent}
      </p>
      <h4 className="lg-title">
        What runs on {targets.length === 0 ? "targets that have it" : targets.join(", ")}
        {item.root === "no" ? "" : ", as root"}, ended after {item.timeoutSeconds} s
      </h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="hr-raw" tabIndex={0}>
        {commandOf(item)}
      </pre>
      {paths.length > 0 && (
        <p className="hr-dim">Once for each of {paths.join(", ")} that is there. The last step shows the lines.</p>
      )}
      <DialogActions>
        <Button variant="default" data-autofocus onClick={onClose}>
          Leave it out
        </Button>
        <Button
          onClick={() => {
            changeDraft(withConsent(draft, item, true));
            onClose();
          }}
        >
          Agree and collect it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
