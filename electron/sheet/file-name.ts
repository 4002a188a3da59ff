/** What a saved sheet is called. */
import type { Sheet } from "../contract/sheet.ts";

/** `practice-lab-the-cube-cabling-2026-01-02.csv`: letters, digits and hyphens, which no system refuses. */
export function fileName({ lab, madeAt }: Pick<Sheet, "lab" | "madeAt">, what: string, ending: string): string {
  const slug = lab
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${[slug, what, new Date(madeAt).toISOString().slice(0, 10)].filter(Boolean).join("-")}.${ending}`;
}
