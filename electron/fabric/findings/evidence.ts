/** Owns which line of which output tells of a port: looked up only once a finding asks. */
import type { Finding, PortAt, Source } from "../../contract/fabric.ts";
import { portKey } from "../../contract/fabric-words.ts";
import type { FabricInput } from "../join.ts";
import type { Places } from "../places.ts";

type Line = Finding["evidence"][number];

/** What is quoted of one line. */
const quotedChars = 240;

export class Evidence {
  readonly #inputs: readonly FabricInput[];
  /** The discovery's own output, whose lines are quoted as they are. */
  readonly #source: Source | null;
  #lines: ReadonlyMap<string, { readonly source: string; readonly line: number }> | null = null;
  #texts: readonly string[] | null = null;

  constructor(inputs: readonly FabricInput[], source: Source | null) {
    this.#inputs = inputs;
    this.#source = source;
  }

  /** The lines that tell of these ports; none for a port no output with lines tells of. */
  of(places: Places, ends: readonly (PortAt | null)[]): Line[] {
    return ends.flatMap((at) => {
      if (at === null) return [];
      const guid = places.port(at)?.guid ?? at.node;
      const found = this.#index().get(portKey(guid, at.port)) ?? this.#index().get(portKey(at.node, at.port));
      return found === undefined ? [] : [{ ...found, text: this.#text(found.line) }];
    });
  }

  #index(): ReadonlyMap<string, { readonly source: string; readonly line: number }> {
    if (this.#lines !== null) return this.#lines;
    const lines = new Map<string, { readonly source: string; readonly line: number }>();
    for (const input of this.#inputs) {
      const { source } = input;
      if (input.kind === "iblinkinfo") {
        for (const { guid, port, line } of input.reading.records) lines.set(portKey(guid, port), { source, line });
      } else if (input.kind === "ibnetdiscover") {
        for (const node of input.reading.nodes) {
          for (const { number, line } of node.ports) lines.set(portKey(node.guid, number), { source, line });
        }
      }
    }
    this.#lines = lines;
    return lines;
  }

  /** Empty where the output was too long to be kept up to there. */
  #text(line: number): string {
    this.#texts ??= this.#source?.stdout.split("\n") ?? [];
    return (this.#texts[line - 1] ?? "").trim().slice(0, quotedChars);
  }
}
