/** The command-line host: lists the contract, calls one method of it, prints JSON. */
import { parseArgs } from "node:util";
import { isContractProcedure } from "@orpc/contract";
import { call, isProcedure } from "@orpc/server";
import { type App, createApp } from "./app.ts";
import { FaultError, messageOf } from "./contract/error.ts";
import { faultOf } from "./contract/fault-of.ts";
import { contract } from "./contract/index.ts";
import { hostDeps, hostOptions, isOptionError } from "./host-options.ts";
import { createRouter, startPractice } from "./router.ts";

const usage = `usage: halfrack methods
       halfrack call <feature.method> ['<json>'] [--lab FILE | --practice] [options]

  --lab FILE           open this lab file first
  --practice           start and open the practice lab first
  --profile DIR        settings and accepted host keys (default: the user's)
  --known-hosts FILE   honour this known_hosts file too, read-only; may be repeated
  --accept-new         record host keys never seen before; changed keys are refused all the same

Prints JSON: one value, or one line for each value of a stream. A fault is JSON on stderr, with exit code 1. Exit code 3
says that it went well, and that what came of it is not complete.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: {
      ...hostOptions,
      "accept-new": { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: true,
  });
  const [verb, name, json, ...rest] = positionals;
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (verb === "methods" && name === undefined) {
    for (const [method, summary] of methods()) console.log(`${method.padEnd(24)} ${summary}`);
    return 0;
  }
  if (verb !== "call" || name === undefined || rest.length > 0) {
    console.error(usage);
    return 2;
  }
  const input = parseInput(json);
  await using app = await createApp(hostDeps("cli", values));
  answerQuestions(app, values["accept-new"]);
  if (values.practice) await startPractice(app);
  else if (values.lab !== undefined) await app.lab.open({ path: values.lab });
  return (await invoke(app, name, input)) ? 0 : 3;
}

/** Every method of the contract as `feature.method`, with its one-line description. */
function* methods(): Generator<[name: string, summary: string]> {
  for (const [feature, members] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries(members)) {
      if (isContractProcedure(procedure)) yield [`${feature}.${name}`, procedure["~orpc"].route.summary ?? ""];
    }
  }
}

function parseInput(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new FaultError({
      code: "input.not-json",
      title: "The input is not JSON",
      detail: messageOf(cause),
      next: 'Quote the JSON for the shell, for example \'{"device":"node1"}\'.',
    });
  }
}

/** False where the last value says of itself that it is not complete. */
async function invoke(app: App, name: string, input: unknown): Promise<boolean> {
  const [feature = "", method = "", ...more] = name.split(".");
  const router = createRouter(app) as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const procedure = Object.hasOwn(router, feature) ? router[feature]?.[method] : undefined;
  if (more.length > 0 || !Object.hasOwn(contract, feature) || !isProcedure(procedure)) {
    throw new FaultError({
      code: "method.unknown",
      title: "No such method",
      detail: `The contract has no method ${name}.`,
      next: "List the methods with: npm run -s halfrack -- methods",
      subject: name,
    });
  }
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  const output: unknown = await call(procedure, input as never, { signal: interrupted.signal });
  let last: unknown = output;
  if (isStream(output)) {
    for await (const value of output) {
      await print(value);
      last = value;
    }
  } else {
    await print(output);
  }
  return !(typeof last === "object" && last !== null && "complete" in last && last.complete === false);
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Waits for a slow reader, so that a stream does not pile up in memory. */
function print(value: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(value)}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

/** Nobody sits here to answer: secrets are declined, new host keys are accepted only when asked to. */
function answerQuestions(app: App, acceptNew: boolean): void {
  app.ssh.state.onChange(({ questions }, before) => {
    for (const question of questions) {
      if (before.questions.some(({ id }) => id === question.id)) continue;
      const trust = acceptNew && question.kind === "new-host-key";
      void app.ssh.answer({ id: question.id, answer: trust ? { kind: "trust", remember: true } : null });
    }
  });
}

/** Wrong options are the shell's to correct (exit code 2); everything else is a fault. */
function report(error: unknown): number {
  if (isOptionError(error)) {
    console.error(`halfrack: ${error.message}\n\n${usage}`);
    return 2;
  }
  console.error(JSON.stringify(faultOf(error)));
  return 1;
}

process.stdout.on("error", () => process.exit(1)); // the reader closed the pipe
// A connection that lingers must not keep a script waiting; everything was printed and disposed of by now.
process.exit(await main().catch(report));
