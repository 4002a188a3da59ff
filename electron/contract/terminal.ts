/** Terminals: sessions held by the main process, watched by any number of views. Offsets count UTF-16 code units. */
import * as z from "zod";
import { about, deviceName, method, stream, timestampMs, watched } from "./base.ts";
import { faultSchema } from "./fault-schema.ts";

export const terminalSchema = z.object({
  id: z.string(),
  device: z.string(),
  /** Set by the program (OSC 0/2), control characters removed, at most 200 characters. Hostile text. */
  title: z.string(),
  status: z.enum(["connecting", "open", "reconnecting", "closed"]),
  openedAt: timestampMs,
  cols: z.number().int(),
  rows: z.number().int(),
  exitCode: z.number().int().nullable(),
  fault: faultSchema.nullable(),
  recording: z.object({ id: z.string(), since: timestampMs }).nullable(),
  /** Bells rung so far: a view shows a mark when it rises. */
  bells: z.number().int(),
});
export type Terminal = z.infer<typeof terminalSchema>;

export const recordingSchema = z.object({
  id: z.string(),
  device: z.string(),
  title: z.string(),
  startedAt: timestampMs,
  durationMs: z.number(),
  sizeBytes: z.number().int(),
  path: z.string(),
});
export type Recording = z.infer<typeof recordingSchema>;

export const outputSchema = z.discriminatedUnion("kind", [
  /** The view starts over: clear it, then take what follows. `lost` code units before `offset` are no longer held. */
  z.object({ kind: z.literal("reset"), offset: z.number().int(), lost: z.number().int() }),
  /** `offset` is where `data` begins. */
  z.object({
    kind: z.literal("data"),
    offset: z.number().int(),
    data: z.string(),
    /** True for what another view draws or drew, or is too old: a view does not answer its queries (cursor, colours). */
    replay: z.boolean().optional(),
  }),
]);
export type TerminalOutput = z.infer<typeof outputSchema>;

const one = z.object({ terminal: z.string() });
const size = { cols: z.number().int().min(2).max(1000), rows: z.number().int().min(1).max(1000) };
const inputText = z.string().max(1024 * 1024);

export const terminalContract = {
  watch: method
    .route(about("Watch all terminals: title, state, recording"))
    .output(watched(z.object({ terminals: z.record(z.string(), terminalSchema) }))),
  open: method
    .route(about("Open a shell on a device"))
    .input(z.object({ device: deviceName, ...size }))
    .output(terminalSchema),
  attach: method
    .route(about("Stream a terminal's output to one view: held scrollback first, then live"))
    .input(one.extend({ view: z.string(), from: z.number().int().nonnegative().optional() }))
    .output(stream(outputSchema)),
  ack: method
    .route(about("Tell how far a view has drawn; the session slows down to its slowest attached view"))
    .input(one.extend({ view: z.string(), offset: z.number().int().nonnegative() }))
    .output(z.object({})),
  input: method
    .route(about("Send keystrokes"))
    .input(one.extend({ data: inputText }))
    .output(z.object({})),
  resize: method.route(about("Tell the far side the size in cells")).input(one.extend(size)).output(z.object({})),
  reconnect: method
    .route(about("Reconnect a closed terminal, keeping its scrollback"))
    .input(one)
    .output(terminalSchema),
  close: method.route(about("End a session and forget its scrollback")).input(one).output(z.object({})),
  broadcast: method
    .route(about("Send the same keystrokes to several terminals; tells for each whether it took them"))
    .input(z.object({ terminals: z.array(z.string()).min(1), data: inputText }))
    .output(z.object({ sent: z.array(z.string()), refused: z.array(z.string()) })),
  record: method
    .route(about("Start or stop recording a terminal to an asciicast v2 file"))
    .input(one.extend({ on: z.boolean() }))
    .output(terminalSchema),
  recordings: method.route(about("List recordings")).output(z.array(recordingSchema)),
  recording: method
    .route(about("Read one recording, asciicast v2, line by line"))
    .input(z.object({ id: z.string() }))
    .output(stream(z.string())),
};
