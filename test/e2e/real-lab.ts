/** The window on the real test lab: how it is opened, and what in it is what. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { startTestLab, type TestLab } from "../lab/lab.ts";
import { test as base, type Halfrack } from "./app.ts";

export const test = base.extend<{ lab: TestLab }>({
  // After `halfrack`, which skips the test where there is no window.
  lab: async ({ halfrack: _window }, use) => {
    const lab = await startTestLab();
    await use(lab);
    await lab.stop();
  },
});

/** Halfrack asks the fabric this often here; what changes must show within two rounds and the time of one answer. */
const pollIntervalMs = 2000;
export const twoPollsMs = 2 * pollIntervalMs + 2000;

export const hostNumbers: readonly number[] = [1, 2, 3, 4, 5];

/** Opens the lab with the host keys of `known` on record in Halfrack's own file. */
export async function openLab(halfrack: Halfrack, lab: TestLab, known: readonly number[] = hostNumbers): Promise<Page> {
  const lines = (await readFile(lab.knownHosts, "utf8")).split("\n");
  const kept = known.map((n) => lines[n - 1]);
  await writeFile(join(halfrack.profileDir, "known_hosts"), `${kept.join("\n")}\n`, { mode: 0o600 });
  // Terminal text is drawn by the graphics card; the screen reader's copy of it is what a test can read.
  return halfrack.open({ lab: lab.labFile, settings: { pollIntervalMs, terminalScreenReader: true } });
}

/** A dialog hides what is behind it from roles; `includeHidden` looks there too. */
export function device(page: Page, name: string, { includeHidden = false } = {}): Locator {
  const racks = page.getByRole("group", { name: /^Racks of /, includeHidden });
  return racks.getByRole("button", { name: new RegExp(`^${name},`), includeHidden });
}

/** The cable of host `n`, by the switch port it is in. */
export function cable(page: Page, n: number): Locator {
  return page.getByRole("main").getByRole("button", { name: new RegExp(`^sw1 port ${n},`) });
}

export const healthy = (n: number): RegExp => new RegExp(`cable to node0${n} mlx4_0/1, as planned, 4X FDR`);
