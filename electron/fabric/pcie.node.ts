/** Decides when a host's lspci is asked, and puts together the PCIe paths of its HCAs: files each time, lspci rarely. */
import type { Slot } from "../contract/fabric.ts";
import type { CommandResult } from "../contract/ssh.ts";
import { isMissingTool, lspciCommand } from "./commands.ts";
import { readLspci } from "./read/lspci.ts";
import { addressesOf, type LspciAnswer, type PathPort, slotOf } from "./slot.ts";
import { endOf } from "./source.ts";

/** What lspci told of these devices; kept between readings, as its payload sizes are settled when the host boots. */
export interface KnownPcie {
  readonly addresses: string;
  readonly answer: LspciAnswer;
}

/** An answer about payload sizes is asked for again when it is older. */
const answerAgeMs = 10 * 60_000;
/** lspci is asked about no more devices than this: a host may claim any number. */
const maxDevices = 80;

/** Slots by HCA. lspci is an extra: where it cannot be run now, the files' word stands. */
export async function readSlots(
  paths: ReadonlyMap<string, readonly PathPort[]>,
  known: KnownPcie | null,
  run: (argv: readonly string[]) => Promise<CommandResult>,
): Promise<{ readonly slots: ReadonlyMap<string, Slot>; readonly known: KnownPcie | null }> {
  const addresses = addressesOf(paths).slice(0, maxDevices);
  const argv = lspciCommand(addresses);
  const key = addresses.join(" ");
  const kept = known?.addresses === key && Date.now() - known.answer.observedAt < answerAgeMs ? known : null;
  // On kernels without link files lspci alone tells what a link runs at, which may change at any time.
  const tellsLinks = kept?.answer.why === "" && [...paths.values()].some(([card]) => card?.runs === null);
  let now = kept;
  if (argv !== null && (kept === null || tellsLinks)) {
    const result = await run(argv).catch(() => null);
    if (result !== null) now = { addresses: key, answer: answerOf(result) };
  }
  const slots = [...paths].flatMap(([hca, path]) => {
    const slot = slotOf(path, now?.answer ?? null);
    return slot === null ? [] : [[hca, slot] as const];
  });
  return { slots: new Map(slots), known: now };
}

function answerOf(result: CommandResult): LspciAnswer {
  const reading = readLspci(result.stdout);
  const why = isMissingTool(result.exitCode)
    ? "lspci (pciutils) is not installed"
    : reading.denied
      ? "only root may read it, and the login is not root"
      : "";
  return { reading, observedAt: endOf(result), why };
}
