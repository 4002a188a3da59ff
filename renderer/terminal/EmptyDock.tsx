import { Button, CloseButton } from "@mantine/core";
import { IconTerminal2 } from "@tabler/icons-react";
import { toggleDock } from "../actions.ts";
import { useLab, useTerminals, useUi } from "../stores.ts";
import { keysText } from "./actions.ts";
import { openTerminal } from "./groups.ts";
import { placeText, reachableDevices } from "./labels.ts";

/** Devices offered as buttons; the rest is reached by the rack and the palette. */
const offered = 12;

/** The dock without terminals: what would be here and how to get it. */
export function EmptyDock() {
  const lab = useLab((mirror) => mirror.value?.lab ?? null);
  const loading = useTerminals((mirror) => mirror.value === null);
  const place = useUi((ui) => ui.place);
  const devices = reachableDevices(lab);
  if (loading) {
    return (
      <div className="hr-term-empty" role="status">
        <p className="hr-dim">Looking for open terminals</p>
      </div>
    );
  }
  return (
    <div className="hr-term-empty">
      {place !== "terminals" && (
        <CloseButton className="hr-term-hide" size="sm" aria-label="Hide the terminals" onClick={toggleDock} />
      )}
      <IconTerminal2 size={28} stroke={1.4} aria-hidden="true" />
      <h3>No terminal is open</h3>
      <p className="hr-dim">
        {devices.length > 0
          ? "Shells on the lab's devices stand here as tabs and splits. They go on when the window is reloaded."
          : "Shells on the lab's devices would stand here. No device of this lab has an SSH address yet."}
      </p>
      {devices.length > 0 && (
        <>
          <div className="hr-term-empty-devices">
            {devices.slice(0, offered).map((device) => (
              <Button
                key={device}
                variant="default"
                title={placeText(lab, device)}
                onClick={() => void openTerminal(device)}
              >
                {device}
              </Button>
            ))}
          </div>
          <p className="hr-dim">
            Or select a device in the rack and press <kbd className="hr-term-kbd">{keysText("Mod+Shift+T")}</kbd>
          </p>
        </>
      )}
    </div>
  );
}
