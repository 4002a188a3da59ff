/** Owns when the commands of a measurement are asked for: at first, and when what is asked has stayed for a moment. */
import { useEffect, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { MeasurePlan, MeasureRequest } from "../../electron/contract/measure.ts";
import { client } from "../client.ts";

/** Typing goes on for longer than this between two keys. */
const settleMs = 350;

export interface Planned {
  /** Null while it is asked for. */
  readonly plan: MeasurePlan | null;
  readonly fault: Fault | null;
}

const nothing: Planned = { plan: null, fault: null };

export function usePlan(request: Partial<MeasureRequest> & Pick<MeasureRequest, "cable">): Planned {
  const [planned, setPlanned] = useState<Planned & { readonly key: string }>({ ...nothing, key: "" });
  const key = JSON.stringify(request);
  useEffect(() => {
    const { peer, ...rest } = JSON.parse(key) as typeof request;
    if (peer === undefined) return;
    const left = new AbortController();
    const timer = setTimeout(() => {
      client.fabric.planMeasurement({ ...rest, peer }, { signal: left.signal }).then(
        (plan) => !left.signal.aborted && setPlanned({ plan, fault: null, key }),
        (error: unknown) => !left.signal.aborted && setPlanned({ plan: null, fault: faultOf(error), key }),
      );
    }, settleMs);
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [key]);
  return planned.key === key ? planned : nothing;
}
