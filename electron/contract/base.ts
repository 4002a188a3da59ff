/** What every method of the contract is made from: the builder with the typed error, and watched state. */
import { eventIterator, oc } from "@orpc/contract";
import * as z from "zod";
import { faultSchema } from "./fault-schema.ts";

/** Starts a method. Every method may fail with FAULT, whose data is a `Fault`. */
export const method = oc.errors({ FAULT: { data: faultSchema } });

/** Documents a method in one line; `halfrack methods` prints it. */
export const about = (summary: string) => ({ summary });

/** A stream of `schema` values; it ends when the caller stops listening or the subject is gone. */
export const stream = <S extends z.ZodType>(schema: S) => eventIterator(schema);

/**
 * The type of `schema`, of which nothing is checked on the way out: this program made the value, and looking through a
 * fabric of thousands of hosts, or a plan of thousands of entries, once more keeps sessions waiting. Tests hold such values against the schema.
 */
export const asMade = <S extends z.ZodType>(_schema: S) => z.custom<z.output<S>>();

/** One change of a watched value, in the form of immer's patches. */
export const patchSchema = z.object({
  op: z.enum(["add", "remove", "replace"]),
  path: z.array(z.union([z.string(), z.number()])),
  value: z.unknown().optional(),
});
export type Patch = z.infer<typeof patchSchema>;

/** One message of a watched value, as `watched` describes it. */
export type WatchMessage<T> =
  | { readonly kind: "snapshot"; readonly seq: number; readonly value: T }
  | { readonly kind: "patch"; readonly seq: number; readonly patches: Patch[] };

/**
 * A watched value: first a snapshot, then numbered patches to it. `seq` rises by one per message; a snapshot may
 * come again at any time (the watcher was too slow) and replaces everything before it.
 */
export const watched = <S extends z.ZodType>(value: S) =>
  stream(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("snapshot"), seq: z.number().int(), value }),
      z.object({ kind: z.literal("patch"), seq: z.number().int(), patches: z.array(patchSchema) }),
    ]),
  );

/** Milliseconds since the Unix epoch, by the clock of the machine Halfrack runs on. */
export const timestampMs = z.number().int().nonnegative();

/** True for a word that every JavaScript object has by itself: as the key of a record it would name something else. */
export const isInherited = (word: string) => word in {};

/** A device's name in the lab file: 1 to 64 characters, no control characters, no blank at either end. */
export const deviceName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, "holds a control character")
  .refine((name) => name === name.trim(), "begins or ends with a blank")
  .refine((name) => !isInherited(name), "is a word that JavaScript keeps for itself");
