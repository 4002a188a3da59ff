import type { FabricState } from "../../electron/contract/fabric.ts";
import { StateMark } from "../kit/StateMark.tsx";
import type { Concern, Counted } from "../plan/health.ts";
import { select, useUi } from "../stores.ts";
import { reachTone, reachWords } from "./words.ts";

const titles: Readonly<Record<Concern, string>> = {
  down: "Only what is down",
  look: "Only what wants a look",
};

/** Says what alone is shown, with the devices of it, which no finding and no cable stands for. */
export function OnlyThese({
  only,
  counted,
  fabric,
}: {
  readonly only: Concern;
  readonly counted: Counted;
  readonly fabric: FabricState;
}) {
  return (
    <section className="rk-only" aria-label={titles[only]}>
      <div className="rk-only-head">
        <strong>{titles[only]}</strong>
        <button type="button" className="hr-link" onClick={() => useUi.setState({ only: null })}>
          Show all
        </button>
      </div>
      {counted.devices.length > 0 && (
        <ul className="rk-links">
          {counted.devices.map((name) => {
            const reach = fabric.devices[name]?.reach ?? "unknown";
            return (
              <li key={name}>
                <button type="button" onClick={() => select({ kind: "device", device: name })}>
                  <span>{name}</span>
                  <span className="hr-told" data-tone={reachTone(reach)}>
                    <StateMark state={reachTone(reach)} />
                    {reachWords[reach]}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
