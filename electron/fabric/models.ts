/** Top speeds of InfiniBand hardware by model, for links whose plan names no speed. Sources: the vendor's product pages. */
import type { Speed } from "../contract/fabric.ts";
import { speedRank } from "../contract/rates.ts";

/** HCAs by name or MT number. Some ConnectX-3 boards stop at FDR10: a speed in the plan overrides this table. */
const models: readonly (readonly [RegExp, Speed])[] = [
  [/connectx-?7|\bMT4129\b/i, "NDR"],
  [/connectx-?6|\bMT412[35]\b/i, "HDR"],
  [/connectx-?[45]|\bMT41(?:15|17|19|21)\b/i, "EDR"],
  [/connectx-?3|connect-?ib|\bMT(?:4099|4103|4113)\b/i, "FDR"],
  [/connectx-?2|\bMT26428\b/i, "QDR"],
  [/\bSX60\d\d/i, "FDR"],
  [/\bIS50\d\d/i, "QDR"],
  [/\bSB7\d{3}/i, "EDR"],
  [/\bQM87\d\d/i, "HDR"],
  [/\bQM97\d\d/i, "NDR"],
];

/** Null for a model that is not in the table. */
export function topSpeed(model: string): Speed | null {
  return models.find(([pattern]) => pattern.test(model))?.[1] ?? null;
}

export function slower(a: Speed, b: Speed): Speed {
  return speedRank(a) <= speedRank(b) ? a : b;
}
