/** SSH: one shared connection per device, questions to the admin, host keys, commands. */
import * as z from "zod";
import { about, deviceName, method, timestampMs, watched } from "./base.ts";
import { faultSchema } from "./fault-schema.ts";

export const commandResultSchema = z.object({
  device: z.string(),
  argv: z.array(z.string()),
  /** Null when the process was ended by a signal or its end was never reported. */
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** Decoded as UTF-8 with U+FFFD for what is not. Hostile input. */
  stdout: z.string(),
  stderr: z.string(),
  /** True when output beyond the byte limit was dropped. */
  truncated: z.boolean(),
  startedAt: timestampMs,
  durationMs: z.number().nonnegative(),
});
export type CommandResult = z.infer<typeof commandResultSchema>;

export const connectionStateSchema = z.object({
  status: z.enum(["idle", "connecting", "asking", "connected", "waiting", "failed"]),
  /** Since when the status holds. */
  since: timestampMs,
  /** `user@host:port`, with the jump hosts it goes through. */
  address: z.string(),
  via: z.array(z.string()),
  /** How the last login was proved: agent, a key file's path, password, keyboard-interactive. */
  authenticatedBy: z.string().nullable(),
  /** True when that was the user and password a switch leaves the factory with; nothing tries them by itself. */
  factoryLogin: z.boolean().optional(),
  /** TCP connections now open (a second one opens when the server's channel limit is reached). */
  connections: z.number().int(),
  channels: z.number().int(),
  attempt: z.number().int(),
  /** When the next automatic attempt is made, while status is `waiting`. */
  retryAt: timestampMs.nullable(),
  fault: faultSchema.nullable(),
});
export type ConnectionState = z.infer<typeof connectionStateSchema>;

export const hostKeySchema = z.object({
  /** e.g. `ssh-ed25519`. */
  type: z.string(),
  bits: z.number().int(),
  /** `SHA256:` and unpadded base64, as ssh-keygen -l prints it. */
  sha256: z.string(),
  /** The picture ssh-keygen -lv draws, lines joined by newlines. */
  randomart: z.string(),
});
export type HostKey = z.infer<typeof hostKeySchema>;

/** A question only the admin can answer; it waits in the main process until answered, dismissed or pointless. */
export const questionSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("new-host-key"),
    id: z.string(),
    device: z.string(),
    askedAt: timestampMs,
    address: z.string(),
    key: hostKeySchema,
  }),
  z.object({
    kind: z.literal("secret"),
    id: z.string(),
    device: z.string(),
    askedAt: timestampMs,
    /** What is asked for: a key file's passphrase, a password, the server's own prompt, or a command's (hostile text). */
    secret: z.enum(["passphrase", "password", "prompt", "command"]),
    subject: z.string(),
    instructions: z.string(),
    prompts: z.array(z.object({ text: z.string(), echo: z.boolean() })),
    /** True when an earlier answer was wrong. */
    again: z.boolean(),
  }),
]);
export type Question = z.infer<typeof questionSchema>;

/** A host key that differs from the one on record: the connection was refused. */
export const changedHostKeySchema = z.object({
  device: z.string(),
  address: z.string(),
  seenAt: timestampMs,
  known: z.array(hostKeySchema.extend({ file: z.string(), line: z.number().int() })),
  offered: hostKeySchema,
  /** False when the old key stands in a file that Halfrack never writes (the admin's own known_hosts). */
  replaceable: z.boolean(),
});
export type ChangedHostKey = z.infer<typeof changedHostKeySchema>;

export const sshStateSchema = z.object({
  connections: z.record(z.string(), connectionStateSchema),
  questions: z.array(questionSchema),
  changedKeys: z.array(changedHostKeySchema),
});
export type SshState = z.infer<typeof sshStateSchema>;

const onDevice = z.object({ device: deviceName });

const transferSchema = onDevice.extend({
  /** Absolute, or from the account's home folder. */
  remotePath: z.string().min(1).max(4096),
  /** Absolute. */
  localPath: z.string().min(1).max(4096),
  /** Without it a file that exists is left as it is, and the transfer refused. */
  overwrite: z.boolean().default(false),
});

/** What arrived, read back where it was written. */
export const transferResultSchema = z.object({
  sizeBytes: z.number().int().nonnegative(),
  /** Lower-case hexadecimal. */
  sha256: z.string(),
  durationMs: z.number().nonnegative(),
});
export type TransferResult = z.infer<typeof transferResultSchema>;

export const sshContract = {
  watch: method.route(about("Watch connections, open questions and changed host keys")).output(watched(sshStateSchema)),
  run: method
    .route(about("Run one command on a device and return its output; argv is quoted, never interpolated"))
    .input(
      onDevice.extend({
        argv: z.array(z.string()).min(1),
        timeoutMs: z.number().int().positive().max(3_600_000).default(30_000),
        maxBytes: z
          .number()
          .int()
          .positive()
          .max(64 * 1024 * 1024)
          .default(4 * 1024 * 1024),
      }),
    )
    .output(commandResultSchema),
  download: method
    .route(about("Copy a file from a device to this machine; it appears complete and checked, or not at all"))
    .input(transferSchema)
    .output(transferResultSchema),
  upload: method
    .route(about("Copy a file from this machine to a device; it appears complete and checked, or not at all"))
    .input(transferSchema)
    .output(transferResultSchema),
  forgetSecrets: method
    .route(about("Forget the passwords, passphrases and unlocked keys used since the start, in the key store too"))
    .output(z.object({})),
  connect: method.route(about("Connect a device now (resets back-off)")).input(onDevice).output(connectionStateSchema),
  disconnect: method.route(about("Close every connection of a device")).input(onDevice).output(z.object({})),
  answer: method
    .route(about("Answer an open question; a null answer dismisses it"))
    .input(
      z.object({
        id: z.string(),
        answer: z
          .discriminatedUnion("kind", [
            z.object({ kind: z.literal("trust"), remember: z.boolean() }),
            z.object({ kind: z.literal("secret"), values: z.array(z.string()), remember: z.boolean() }),
          ])
          .nullable(),
      }),
    )
    .output(z.object({})),
  replaceHostKey: method
    .route(about("Replace the recorded key of a device by the one it now offers; sha256 must be typed or pasted"))
    .input(onDevice.extend({ sha256: z.string() }))
    .output(z.object({})),
};
