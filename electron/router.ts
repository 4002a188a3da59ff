/** Implements the contract by calling the services; the one place where errors become the contract's typed error. */
import { dirname, isAbsolute } from "node:path";
import { implement, ORPCError } from "@orpc/server";
import type { App } from "./app.ts";
import { FaultError } from "./contract/error.ts";
import { faultOf } from "./contract/fault-of.ts";
import { contract } from "./contract/index.ts";
import { inTurns, readSavedParts, readSavedPaths } from "./fabric/read/saved.node.ts";
import { goneOf, listFirst, listFolder } from "./files.node.ts";

/** A single message to the contract may not be larger, over any wire; terminal output comes in far smaller pieces. */
export const maxMessageBytes = 8 * 1024 * 1024;

/** What a stream that breaks, or a method that throws, sends. */
function typed(error: unknown): unknown {
  if (error instanceof ORPCError) return error;
  // Who asked went away: nobody waits for an answer, and nothing is wrong.
  const isLeft = error instanceof Error && error.name === "AbortError";
  if (!(error instanceof FaultError) && !isLeft)
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return new ORPCError("FAULT", { defined: true, data: faultOf(error) });
}

async function* typedStream<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* source;
  } catch (error) {
    throw typed(error);
  }
}

/** Where a caller has none. */
const never = new AbortController().signal;

export function createRouter(app: App) {
  const os = implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw typed(error);
    }
  });
  const { lab, ssh, terminal, fabric, history, logs, switches, practice, settings, sheet } = app;
  const done = async (work: unknown) => {
    await work;
    return {};
  };
  return os.router({
    app: {
      info: os.app.info.handler(() => app.info),
      settings: os.app.settings.handler(({ signal }) => typedStream(settings.state.watch(signal))),
      changeSettings: os.app.changeSettings.handler(({ input }) => settings.change(input)),
      files: os.app.files.handler(({ input }) =>
        input.dir === undefined
          ? listFirst(
              [
                ...settings.state
                  .get()
                  .recentLabs.slice(0, 1)
                  .map(({ path }) => dirname(path)),
                app.deps.homeDir,
              ],
              input.endings,
            )
          : listFolder(input.dir, input.endings),
      ),
      goneLabs: os.app.goneLabs.handler(() => goneOf(settings.state.get().recentLabs.map(({ path }) => path))),
      pickLabFile: os.app.pickLabFile.handler(async () => {
        if (!app.deps.pickLabFile) throw new FaultError(noDialog);
        return { path: await app.deps.pickLabFile() };
      }),
      showInFolder: os.app.showInFolder.handler(async ({ input: { path } }) => {
        if (!app.deps.showInFolder) throw new FaultError(noFileManager);
        // The file manager would say nothing at all.
        if (!isAbsolute(path) || (await goneOf([path])).length > 0) throw new FaultError(notThere(path));
        app.deps.showInFolder(path);
      }),
    },
    lab: {
      watch: os.lab.watch.handler(({ signal }) => typedStream(lab.state.watch(signal))),
      check: os.lab.check.handler(({ input }) => lab.check(input)),
      open: os.lab.open.handler(({ input }) => lab.open(input)),
      create: os.lab.create.handler(({ input }) => lab.create(input)),
      close: os.lab.close.handler(({ input }) => lab.close(input)),
      edit: os.lab.edit.handler(({ input }) => lab.edit(input)),
      save: os.lab.save.handler(() => lab.save()),
      unsaved: os.lab.unsaved.handler(() => lab.unsaved()),
      preview: os.lab.preview.handler(({ input }) => lab.preview(input)),
      undo: os.lab.undo.handler(() => lab.undo()),
      redo: os.lab.redo.handler(() => lab.redo()),
      resolveConflict: os.lab.resolveConflict.handler(({ input }) => lab.resolveConflict(input)),
      importSshConfig: os.lab.importSshConfig.handler(({ input }) => lab.importSshConfig(input)),
      importAnsible: os.lab.importAnsible.handler(({ input }) => lab.importAnsible(input)),
      importDeviceType: os.lab.importDeviceType.handler(({ input }) => lab.importDeviceType(input)),
    },
    ssh: {
      watch: os.ssh.watch.handler(({ signal }) => typedStream(ssh.state.watch(signal))),
      run: os.ssh.run.handler(({ input: { device, argv, timeoutMs, maxBytes }, signal }) =>
        ssh.run(device, argv, { timeoutMs, maxBytes, ...(signal ? { signal } : {}) }),
      ),
      download: os.ssh.download.handler(({ input, signal }) =>
        ssh.download({ ...input, ...(signal ? { signal } : {}) }),
      ),
      upload: os.ssh.upload.handler(({ input, signal }) => ssh.upload({ ...input, ...(signal ? { signal } : {}) })),
      forgetSecrets: os.ssh.forgetSecrets.handler(() => done(ssh.forgetSecrets())),
      connect: os.ssh.connect.handler(({ input }) => ssh.connect(input.device)),
      disconnect: os.ssh.disconnect.handler(({ input }) => done(ssh.disconnect(input.device))),
      answer: os.ssh.answer.handler(({ input }) => done(ssh.answer(input))),
      replaceHostKey: os.ssh.replaceHostKey.handler(({ input }) => done(ssh.replaceHostKey(input))),
    },
    terminal: {
      watch: os.terminal.watch.handler(({ signal }) => typedStream(terminal.state.watch(signal))),
      open: os.terminal.open.handler(({ input }) => terminal.open(input)),
      attach: os.terminal.attach.handler(({ input, signal }) => typedStream(terminal.attach(input, signal))),
      ack: os.terminal.ack.handler(({ input }) => done(terminal.ack(input))),
      input: os.terminal.input.handler(({ input }) => done(terminal.input(input))),
      resize: os.terminal.resize.handler(({ input }) => done(terminal.resize(input))),
      reconnect: os.terminal.reconnect.handler(({ input }) => terminal.reconnect(input)),
      close: os.terminal.close.handler(({ input }) => done(terminal.close(input))),
      broadcast: os.terminal.broadcast.handler(({ input }) => terminal.broadcast(input)),
      record: os.terminal.record.handler(({ input }) => terminal.record(input)),
      recordings: os.terminal.recordings.handler(() => terminal.recordings()),
      recording: os.terminal.recording.handler(({ input, signal }) => typedStream(terminal.recording(input, signal))),
    },
    fabric: {
      watch: os.fabric.watch.handler(({ signal }) => typedStream(fabric.state.watch(signal))),
      observe: os.fabric.observe.handler(({ input }) => fabric.observe(input)),
      adopt: os.fabric.adopt.handler(({ input }) => fabric.adopt(input)),
      suggestDevice: os.fabric.suggestDevice.handler(({ input }) => fabric.suggestDevice(input)),
      adoptDevice: os.fabric.adoptDevice.handler(({ input }) => fabric.adoptDevice(input)),
      explain: os.fabric.explain.handler(({ input }) => fabric.explain(input)),
      planMeasurement: os.fabric.planMeasurement.handler(({ input }) => fabric.planMeasurement(input)),
      measure: os.fabric.measure.handler(({ input, signal }) => fabric.measure(input, signal ?? never)),
      read: os.fabric.read.handler(({ input, signal }) => readSavedPaths(input.paths, signal)),
      readParts: os.fabric.readParts.handler(async ({ input, signal }) =>
        inTurns(
          await ("drop" in input
            ? app.dropped.read(input.drop, (dir) => readSavedParts([dir], signal))
            : readSavedParts(input.paths, signal)),
        ),
      ),
      drop: os.fabric.drop.handler(async ({ input }) => ({ drop: await app.dropped.take(input) })),
    },
    history: {
      ports: os.history.ports.handler(({ input }) => history.ports(input)),
      events: os.history.events.handler(({ input }) => history.events(input)),
      usage: os.history.usage.handler(() => history.usage()),
      clear: os.history.clear.handler(() => history.clear()),
    },
    logs: {
      watch: os.logs.watch.handler(({ signal }) => typedStream(logs.state.watch(signal))),
      catalogue: os.logs.catalogue.handler(() => logs.known.catalogue()),
      stickLayouts: os.logs.stickLayouts.handler(() => logs.layouts()),
      saveStickLayout: os.logs.saveStickLayout.handler(({ input }) => logs.saveLayout(input)),
      removeStickLayout: os.logs.removeStickLayout.handler(({ input }) => logs.removeLayout(input.id)),
      find: os.logs.find.handler(({ input, signal }) => typedStream(logs.planning.find(input, signal))),
      search: os.logs.search.handler(({ input, signal }) => typedStream(logs.planning.search(input, signal))),
      plan: os.logs.plan.handler(({ input, signal }) => logs.planning.plan(input, signal)),
      collect: os.logs.collect.handler(async ({ input, signal }) => typedStream(await logs.collect(input, signal))),
      cancel: os.logs.cancel.handler(() => done(logs.cancel())),
      collected: os.logs.collected.handler(({ input }) => logs.collected(input.id)),
      annotate: os.logs.annotate.handler(({ input: { id, ...words } }) => logs.annotate(id, words)),
      remove: os.logs.remove.handler(({ input }) => done(logs.remove(input.id))),
      previewRedaction: os.logs.previewRedaction.handler(({ input, signal = never }) =>
        logs.previewRedaction(input.id, input.rules, signal),
      ),
      bundle: os.logs.bundle.handler(({ input, signal = never }) => typedStream(logs.bundle(input, signal))),
      open: os.logs.open.handler(({ input, signal = never }) =>
        typedStream(
          "drop" in input
            ? app.dropped.use(input.drop, (path) => logs.open(path, signal, true))
            : logs.open(input.path, signal),
        ),
      ),
      fabric: os.logs.fabric.handler(async ({ input, signal }) => inTurns(await logs.fabric(input.id, signal))),
      compare: os.logs.compare.handler(({ input }) => logs.compare(input.left, input.right)),
      read: os.logs.read.handler(({ input, signal = never }) => typedStream(logs.read(input, signal))),
      reading: os.logs.reading.handler(({ input, signal }) => typedStream(logs.readings.watch(input.id, signal))),
      lines: os.logs.lines.handler(({ input: { id, ...asked }, signal }) =>
        logs.readings.use(id, (reading) => reading.lines(asked, signal)),
      ),
      rowAt: os.logs.rowAt.handler(({ input: { id, ...asked }, signal }) =>
        logs.readings.use(id, async (reading) => ({ row: await reading.rowAt(asked, signal) })),
      ),
      histogram: os.logs.histogram.handler(({ input: { id, ...asked }, signal }) =>
        logs.readings.use(id, (reading) => reading.histogram(asked, signal)),
      ),
      errors: os.logs.errors.handler(({ input: { id, ...asked }, signal }) =>
        logs.readings.use(id, (reading) => reading.errors(asked, signal)),
      ),
      known: os.logs.known.handler(({ input: { id, ...asked }, signal }) =>
        logs.readings.use(id, (reading) => reading.known(asked, signal)),
      ),
      searchLines: os.logs.searchLines.handler(({ input: { id, ...asked }, signal }) =>
        typedStream(logs.readings.stream(id, (reading) => reading.search(asked, signal))),
      ),
      patterns: os.logs.patterns.handler(async () => [...(await logs.known.patterns())]),
    },
    switch: {
      watch: os.switch.watch.handler(({ signal }) => typedStream(switches.state.watch(signal))),
      plan: os.switch.plan.handler(({ input }) => switches.plan(input)),
      apply: os.switch.apply.handler(({ input }) => switches.apply(input)),
    },
    practice: {
      watch: os.practice.watch.handler(({ signal }) => typedStream(practice.state.watch(signal))),
      start: os.practice.start.handler(() => startPractice(app)),
      stop: os.practice.stop.handler(async () => {
        if (lab.state.get().practice) await lab.close();
        await practice.stop();
        return practice.state.get();
      }),
      set: os.practice.set.handler(async ({ input }) => {
        await practice.set(input);
        ssh.tryAgain(); // neither back-off nor a refused key should outlive what was mended
        return practice.state.get();
      }),
    },
    sheet: {
      rows: os.sheet.rows.handler(({ input }) => sheet.rows(input)),
      pages: os.sheet.pages.handler(({ input }) => sheet.pages(input)),
      svg: os.sheet.svg.handler(({ input }) => sheet.svg(input)),
      pdf: os.sheet.pdf.handler(({ input }) => sheet.pdf(input)),
      csv: os.sheet.csv.handler(({ input }) => sheet.csv(input)),
      readCsv: os.sheet.readCsv.handler(({ input }) => sheet.readCsv(input)),
    },
  });
}

/** Starts the practice lab's servers and opens its lab file. */
export async function startPractice(app: App) {
  const { labPath } = await app.practice.start();
  await app.lab.openPractice(labPath);
  return app.practice.state.get();
}

const noDialog = {
  code: "app.no-file-dialog",
  title: "This host has no file dialog",
  detail: "Only the desktop window can open the system's file dialog.",
  next: "Type the path, or choose from the folders listed.",
};

const noFileManager = {
  code: "app.no-file-manager",
  title: "This host opens no file manager",
  detail: "Only the desktop window can show a file in its folder.",
  next: "Copy the path, and open it where you need it.",
};

const notThere = (path: string) => ({
  code: "app.not-there",
  title: "The file is not there any more",
  detail: `Nothing is at ${path}.`,
  next: "It was moved or deleted: look for it there, or write it again.",
  subject: path,
});

export type AppRouter = ReturnType<typeof createRouter>;
