/** Shows what a collection's outputs say of the fabric, where saved outputs are shown. */
import { joinParts } from "../../electron/contract/fabric-parts.ts";
import { client } from "../client.ts";
import { openSaved } from "../graph/store.ts";
import { go } from "../stores.ts";

/** Throws the fault of a collection without such outputs. */
export async function showFabric({ id, name }: { readonly id: string; readonly name: string }): Promise<void> {
  const fabric = await joinParts(await client.logs.fabric({ id }));
  openSaved({ names: [name], fabric });
  go("rack");
}
