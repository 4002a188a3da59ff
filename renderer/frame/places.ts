/** The places of the rail, in order: Ctrl/Cmd+1, 2, ... */
import { IconFileSearch, IconServer2, IconSettings, IconTerminal2 } from "@tabler/icons-react";
import type { Place } from "../stores.ts";

export const places = [
  { place: "rack", label: "Rack", icon: IconServer2 },
  { place: "terminals", label: "Terminals", icon: IconTerminal2 },
  { place: "logs", label: "Logs", icon: IconFileSearch },
  { place: "settings", label: "Settings", icon: IconSettings },
] as const satisfies readonly { readonly place: Place; readonly label: string; readonly icon: unknown }[];
