/** Owns when an explanation is asked for: for another cable or figure, and whenever what it rests on was read anew. */
import type { Explanation } from "../../electron/contract/explain.ts";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import { client } from "../client.ts";
import { type Answer, useAnswer } from "../kit/use-answer.ts";

/** The explanation of the cable; the one before stays until the next is there. */
export function useExplanation(
  cable: CableLive,
  fabric: FabricState,
  measured: { readonly gbps: number; readonly peer: string | null } | null,
): Answer<Explanation> {
  const peer = measured?.peer ?? null;
  const gbps = measured?.gbps ?? null;
  const ends = [cable.a.device, cable.b.device, ...(peer === null ? [] : [peer])];
  const readAt = [cable.observedAt, cable.state, ...ends.map((name) => fabric.devices[name]?.observedAt)].join(" ");
  const input = {
    cable: cable.id,
    ...(gbps === null ? {} : { measuredGbps: gbps }),
    ...(peer === null ? {} : { peer }),
  };
  return useAnswer(cable.id, (signal) => client.fabric.explain(input, { signal }), { news: [gbps, peer, readAt] });
}
