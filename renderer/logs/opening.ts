/** Opens a bundle or an archive of logs, and says meanwhile how much of its file was read. */
import type { Opened } from "../../electron/contract/logs/opened.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";

const phases = { looking: "Looking what it is", reading: "Reading what is in it" } as const;

export async function openBundle(
  of: Parameters<typeof client.logs.open>[0],
  onProgress: (text: string) => void,
): Promise<Opened> {
  for await (const message of await client.logs.open(of)) {
    if (message.kind === "ended") return message;
    onProgress(`${phases[message.phase]}: ${sizeText(message.bytes)} of ${sizeText(message.ofBytes)}`);
  }
  throw new Error("The bundle was opened without an answer.");
}
