/** Owns when an explanation is asked for: for another cable or figure, and whenever what it rests on was read anew. */
import { useEffect, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import type { Explanation } from "../../electron/contract/explain.ts";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { client } from "../client.ts";

interface Asked {
  readonly cable: string;
  readonly explanation: Explanation | null;
  readonly fault: Fault | null;
}

/** The explanation of the cable; the one before stays until the next is there. */
export function useExplanation(
  cable: CableLive,
  fabric: FabricState,
  measured: { readonly gbps: number; readonly peer: string | null } | null,
): Pick<Asked, "explanation" | "fault"> {
  const [asked, setAsked] = useState<Asked | null>(null);
  const { id } = cable;
  const peer = measured?.peer ?? null;
  const ends = [cable.a.device, cable.b.device, ...(peer === null ? [] : [peer])];
  const readAt = [cable.observedAt, cable.state, ...ends.map((name) => fabric.devices[name]?.observedAt)].join(" ");
  const gbps = measured?.gbps ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: readAt stands for the readings that the answer rests on
  useEffect(() => {
    const left = new AbortController();
    const input = { cable: id, ...(gbps === null ? {} : { measuredGbps: gbps }), ...(peer === null ? {} : { peer }) };
    client.fabric.explain(input, { signal: left.signal }).then(
      (explanation) => !left.signal.aborted && setAsked({ cable: id, explanation, fault: null }),
      (error: unknown) => !left.signal.aborted && setAsked({ cable: id, explanation: null, fault: faultOf(error) }),
    );
    return () => left.abort();
  }, [id, gbps, peer, readAt]);
  return asked?.cable === id ? asked : { explanation: null, fault: null };
}
