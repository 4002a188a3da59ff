import { Tooltip } from "@mantine/core";
import { commandKey } from "../kit/platform.ts";
import { go, useUi } from "../stores.ts";
import { Logo } from "./Logo.tsx";
import { places } from "./places.ts";

export function Rail({ open }: { readonly open: boolean }) {
  const current = useUi((ui) => ui.place);
  return (
    <nav className="hr-rail" aria-label="Places">
      <div className="hr-rail-logo">
        <Logo sizePx={28} />
      </div>
      {places.map(({ place, label, icon: Icon }, index) => (
        <Tooltip key={place} label={`${label} (${commandKey}+${index + 1})`} position="right">
          <button
            type="button"
            aria-current={current === place ? "page" : undefined}
            disabled={!open && place === "terminals"}
            style={place === "settings" ? { marginTop: "auto" } : undefined}
            onClick={() => go(place)}
          >
            <Icon size={20} stroke={1.6} aria-hidden />
            {label}
          </button>
        </Tooltip>
      ))}
    </nav>
  );
}
