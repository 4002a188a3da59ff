/**
 * Owns the open lab: its file, its text, whether it is saved, and what to do when the file changes underneath.
 * Calls run one after another; a failed save keeps the change in memory.
 */
import { basename, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import type * as z from "zod";
import { FaultError, messageOf } from "../contract/error.ts";
import { faultOf } from "../contract/fault-of.ts";
import type { ImportResult, LabEdit, LabState, labContract } from "../contract/lab.ts";
import { Published } from "../published.ts";
import { builtInTypesDir, loadDeviceTypes } from "./device-types.node.ts";
import { unifiedDiff } from "./diff.ts";
import { editLabText } from "./edit-text.ts";
import { changedMeanwhile, conflicting, noneOpen, notAsShown, nothingToTake, readOnly, unsaved } from "./faults.ts";
import { createLabFile, hashOf, readLabFile, saveLabFile } from "./file.node.ts";
import { importAnsibleFile, importDeviceTypeFile, importSshConfigFile } from "./import.node.ts";
import { asRead, editableText, type OpenedLab, stateOf, takeEdit, takeStep } from "./opened.ts";
import { type ParsedLab, parseLab } from "./parse.ts";
import { type DeviceTypeLibrary, type LabReading, readLab } from "./read.ts";
import { watchFile } from "./watch.node.ts";

/** A file may be gone for this long while an editor replaces it. */
const goneAfterMs = 300;

/** As a call brings it: what the contract has a default for is there. */
type Input<M extends keyof typeof labContract> = z.output<NonNullable<(typeof labContract)[M]["~orpc"]["inputSchema"]>>;
type Output<M extends keyof typeof labContract> = z.output<
  NonNullable<(typeof labContract)[M]["~orpc"]["outputSchema"]>
>;

/** `of`: which preview was shown of them. They are kept, unsaved, when the file cannot be written, unless told else. */
interface Edits {
  readonly edits: readonly LabEdit[];
  readonly previewed?: string | undefined;
  readonly ifNotSaved?: "keep" | "drop";
}

export interface LabService {
  readonly state: Published<LabState>;
  check(input: Input<"check">): Promise<Output<"check">>;
  open(input: Input<"open">): Promise<LabState>;
  create(input: Input<"create">): Promise<LabState>;
  close(input?: Partial<Input<"close">>): Promise<LabState>;
  edit(input: Edits): Promise<LabState>;
  save(): Promise<LabState>;
  unsaved(): Promise<Output<"unsaved">>;
  preview(input: { readonly edits: readonly LabEdit[] }): Promise<Output<"preview">>;
  undo(): Promise<LabState>;
  redo(): Promise<LabState>;
  resolveConflict(input: Input<"resolveConflict">): Promise<LabState>;
  importSshConfig(input: Input<"importSshConfig">): Promise<ImportResult>;
  importAnsible(input: Input<"importAnsible">): Promise<ImportResult>;
  importDeviceType(input: Input<"importDeviceType">): Promise<Output<"importDeviceType">>;
  /** Opens the practice lab's file: the state says that it is practice. */
  openPractice(path: string): Promise<LabState>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type LabDependencies = {
  readonly homeDir: string;
  /** Folder of the built-in device types. */
  readonly deviceTypesDir?: string;
};

/** The lab of one application; dispose of it to stop watching the file. */
export function createLabService(deps: LabDependencies): LabService {
  return new Lab(deps);
}

class Lab implements LabService {
  readonly state = new Published<LabState>(stateOf(null, {}));
  readonly #deps: LabDependencies;
  readonly #library: Promise<DeviceTypeLibrary>;
  #builtIn: DeviceTypeLibrary["types"] = {};
  #open: OpenedLab | null = null;
  #watcher: Disposable | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #lookAgain: NodeJS.Timeout | null = null;

  constructor(deps: LabDependencies) {
    this.#deps = deps;
    this.#library = loadDeviceTypes(deps.deviceTypesDir ?? builtInTypesDir);
    this.#library.then(
      ({ types }) => {
        this.#builtIn = types;
        this.#publish();
      },
      // Told by the first call that needs the types.
      () => undefined,
    );
  }

  async check(input: Input<"check">): Promise<Output<"check">> {
    if (input.path === undefined) {
      if (!this.#open) throw noneOpen();
      return summary(this.#open.path, this.#open.parsed);
    }
    const path = this.#path(input.path);
    return summary(path, (await this.#read(path)).reading);
  }

  open(input: Input<"open">): Promise<LabState> {
    return this.#inTurn(() => this.#openFile(this.#path(input.path), false));
  }

  openPractice(path: string): Promise<LabState> {
    return this.#inTurn(() => this.#openFile(this.#path(path), true));
  }

  create(input: Input<"create">): Promise<LabState> {
    return this.#inTurn(async () => {
      const path = this.#path(input.path);
      if (this.#open?.dirty) throw unsaved(this.#open.path);
      await createLabFile(path, newLabText(input.name, input.units));
      return this.#openFile(path, false);
    });
  }

  close(input?: Partial<Input<"close">>): Promise<LabState> {
    return this.#inTurn(async () => {
      if (this.#open?.dirty && !input?.dropUnsaved) throw unsaved(this.#open.path);
      return this.#closeFile();
    });
  }

  edit(input: Edits): Promise<LabState> {
    return this.#inTurn(async () => {
      if (input.previewed !== undefined) await this.#look();
      const open = this.#editable();
      const text = editableText(open);
      if (input.previewed !== undefined && input.previewed !== previewedOf(open.path, text))
        throw notAsShown(open.path);
      const { types } = await this.#types();
      const edited = editLabText(text, input.edits, types);
      const before = { ...open };
      if (edited.text !== text) takeEdit(open, edited);
      if (input.ifNotSaved !== "drop") return this.#persist(open);
      try {
        return await this.#persist(open);
      } catch (error) {
        await this.#takeBack(open, before);
        throw error instanceof FaultError && error.fault.code === "lab.conflict" ? changedMeanwhile(open.path) : error;
      }
    });
  }

  save(): Promise<LabState> {
    return this.#inTurn(() => this.#persist(this.#editable()));
  }

  unsaved(): Promise<Output<"unsaved">> {
    return this.#inTurn(async () => {
      const open = this.#open;
      if (!open) throw noneOpen();
      const file = await ifThere(this.#read(open.path));
      const diff = unifiedDiff(file?.reading.text ?? "", open.text ?? "", basename(open.path));
      return { path: open.path, disk: file?.hash ?? null, diff };
    });
  }

  preview(input: { readonly edits: readonly LabEdit[] }): Promise<Output<"preview">> {
    return this.#inTurn(async () => {
      const open = this.#editable();
      const text = editableText(open);
      const { types } = await this.#types();
      const edited = editLabText(text, input.edits, types);
      const diff = unifiedDiff(text, edited.text, basename(open.path));
      return { path: open.path, previewed: previewedOf(open.path, text), diff };
    });
  }

  undo(): Promise<LabState> {
    return this.#inTurn(() => this.#step("undo"));
  }

  redo(): Promise<LabState> {
    return this.#inTurn(() => this.#step("redo"));
  }

  resolveConflict(input: Input<"resolveConflict">): Promise<LabState> {
    return this.#inTurn(async () => {
      const open = this.#open;
      if (!open) throw noneOpen();
      if (input.keep === "disk") {
        const file = await ifThere(this.#read(open.path));
        if (file) Object.assign(open, asRead(file.reading, file.hash));
        else open.conflict = "vanished";
        const state = this.#publish();
        if (!file) throw nothingToTake(open.path);
        return state;
      }
      if (open.text === null) throw readOnly(open.path);
      if (input.disk !== undefined && (await this.#diskHash(open.path)) !== input.disk) throw notAsShown(open.path);
      saved(open, await saveLabFile(open.path, open.text));
      open.conflict = "none";
      return this.#publish();
    });
  }

  importSshConfig(input: Input<"importSshConfig">): Promise<ImportResult> {
    const { homeDir } = this.#deps;
    const path = input.path === undefined ? join(homeDir, ".ssh", "config") : this.#path(input.path);
    return importSshConfigFile(path, homeDir);
  }

  importAnsible(input: Input<"importAnsible">): Promise<ImportResult> {
    return importAnsibleFile(this.#path(input.path));
  }

  importDeviceType(input: Input<"importDeviceType">): Promise<Output<"importDeviceType">> {
    return importDeviceTypeFile(this.#path(input.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unwatch();
    // What could not be saved before may be saved now; it ends with this process otherwise.
    await this.#inTurn(async () => {
      if (this.#open?.dirty) await this.#persist(this.#editable());
    }).catch((error: unknown) => {
      const { title, detail } = faultOf(error);
      process.stderr.write(`halfrack: ${title}. ${detail} The changes end with this process.\n`);
    });
  }

  /** Runs calls one after another, whether the one before failed or not. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(call);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #path(path: string): string {
    return resolve(path === "~" || path.startsWith("~/") ? this.#deps.homeDir + path.slice(1) : path);
  }

  async #types(): Promise<DeviceTypeLibrary> {
    try {
      return await this.#library;
    } catch (error) {
      throw new FaultError(
        {
          code: "lab.no-device-types",
          title: "The built-in device types cannot be read",
          detail: messageOf(error),
          next: "Install Halfrack again: files of it are missing.",
        },
        { cause: error },
      );
    }
  }

  async #read(path: string): Promise<{ readonly reading: LabReading; readonly hash: string }> {
    const file = await readLabFile(path);
    return { reading: readLab(file, await this.#types()), hash: file.hash };
  }

  async #openFile(path: string, practice: boolean): Promise<LabState> {
    if (this.#open?.dirty) throw unsaved(this.#open.path);
    const { reading, hash } = await this.#read(path);
    this.#unwatch();
    this.#open = { path, practice, ...asRead(reading, hash) };
    this.#watcher = watchFile(path, () => this.#inTurn(() => this.#look()));
    return this.#publish();
  }

  #closeFile(): LabState {
    this.#unwatch();
    this.#open = null;
    return this.#publish();
  }

  #unwatch(): void {
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = null;
    if (this.#lookAgain) clearTimeout(this.#lookAgain);
    this.#lookAgain = null;
  }

  /** Looks at the file after something may have happened to it. */
  async #look(): Promise<void> {
    const open = this.#open;
    if (!open) return;
    const file = await readLabFile(open.path).catch(() => null);
    if (file === null) {
      open.goneSince ??= Date.now();
      const waitMs = open.goneSince + goneAfterMs - Date.now();
      if (waitMs <= 0) open.conflict = "vanished";
      else this.#lookAgain = setTimeout(() => this.#inTurn(() => this.#look()).catch(() => undefined), waitMs);
    } else {
      open.goneSince = null;
      if (file.hash === open.diskHash) open.conflict = "none";
      else if (open.dirty) open.conflict = "changed-on-disk";
      else Object.assign(open, asRead(readLab(file, await this.#types()), file.hash));
    }
    this.#publish();
  }

  #editable(): OpenedLab {
    const open = this.#open;
    if (!open) throw noneOpen();
    if (open.conflict !== "none") throw conflicting(open.path, open.conflict);
    return open;
  }

  async #step(from: "undo" | "redo"): Promise<LabState> {
    const open = this.#editable();
    const { types } = await this.#types();
    takeStep(open, from, (text) => parseLab(text, types));
    return this.#persist(open);
  }

  /** Saves what is not saved, unless the file is no longer what was loaded. The change stays here either way. */
  async #persist(open: OpenedLab): Promise<LabState> {
    if (!open.dirty || open.text === null) return this.#publish();
    try {
      const hash = await this.#diskHash(open.path);
      if (hash !== open.diskHash) {
        open.conflict = hash === null ? "vanished" : "changed-on-disk";
        throw conflicting(open.path, open.conflict);
      }
      // Undone to what the file says: a file that cannot be written need not be.
      saved(
        open,
        hashOf(new TextEncoder().encode(open.text)) === hash ? hash : await saveLabFile(open.path, open.text),
      );
    } catch (error) {
      if (open.conflict === "none") open.saveFault = faultOf(error);
      throw error;
    } finally {
      this.#publish();
    }
    return this.state.get();
  }

  /** Makes an edit undone that could not be saved; the file may have changed meanwhile, and is looked at again. */
  async #takeBack(open: OpenedLab, before: OpenedLab): Promise<void> {
    Object.assign(open, before);
    await this.#look();
  }

  async #diskHash(path: string): Promise<string | null> {
    return (await ifThere(readLabFile(path)))?.hash ?? null;
  }

  #publish(): LabState {
    const next = stateOf(this.#open, this.#builtIn);
    const before: Readonly<Record<string, unknown>> = this.state.get();
    // What did not change is not sent again: the device types alone are larger than most labs.
    const changes = Object.entries(next).filter(([key, value]) => !isDeepStrictEqual(before[key], value));
    this.state.update((draft) => {
      Object.assign(draft, Object.fromEntries(changes));
    });
    return this.state.get();
  }
}

/** Tells this text of this file from any other. */
const previewedOf = (path: string, text: string) => hashOf(new TextEncoder().encode(`${path}\0${text}`));

/** Null where there is no such file. */
function ifThere<T>(reading: Promise<T>): Promise<T | null> {
  return reading.catch((error: unknown) => {
    if (error instanceof FaultError && error.fault.code === "lab.not-found") return null;
    throw error;
  });
}

/** Takes note that what is held is what the file says. */
function saved(open: OpenedLab, diskHash: string): void {
  Object.assign(open, { diskHash, dirty: false, saveFault: null } satisfies Partial<OpenedLab>);
}

function summary(path: string, parsed: ParsedLab): Output<"check"> {
  const { lab, problems, valid } = parsed;
  const counts = {
    racks: lab?.racks.length ?? 0,
    devices: lab?.devices.length ?? 0,
    cables: lab?.cables.length ?? 0,
  };
  return { path, valid, problems: [...problems], counts };
}

/** Text of a new lab file: one rack, nothing in it. */
function newLabText(name: string, units: number): string {
  const lab = { halfrack: 1, name, racks: [{ name: "Rack 1", units }], devices: [], cables: [] };
  return `# A lab as Halfrack reads it: racks, devices and planned cables.\n${stringify(lab)}`;
}
