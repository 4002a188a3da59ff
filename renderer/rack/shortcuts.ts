/** The keys of the rack, as the list of all keys shows them. */
export const rackShortcuts: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: "↑ ↓", does: "Next device, port or cable" },
  { keys: "→", does: "Into a device's ports, on to the port's cable" },
  { keys: "←", does: "Back out" },
  {
    keys: "Enter",
    does: "On a device: open a terminal; on a port: follow its cable to the other end; on a cable: inspect it",
  },
  { keys: "M", does: "Move the device: arrows choose the place, Enter drops it, Esc leaves it where it was" },
  { keys: "C", does: "On a port: plan a cable; walk to the other port, Enter plans it, Esc gives up" },
  { keys: "Del", does: "Remove the selected planned cable" },
  { keys: "+ −", does: "Zoom (also Ctrl and wheel)" },
  { keys: "0", does: "Show the whole picture, then what is mounted" },
  { keys: "Esc", does: "Select nothing" },
];
