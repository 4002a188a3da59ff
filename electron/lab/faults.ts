/** What the lab service refuses, in words. */
import { FaultError } from "../contract/error.ts";
import type { LabState } from "../contract/lab.ts";

export const noneOpen = () =>
  new FaultError({
    code: "lab.none-open",
    title: "No lab is open",
    detail: "This needs an open lab file.",
    next: "Open a lab file, create one, or start the practice lab.",
  });

export const readOnly = (path: string) =>
  new FaultError({
    code: "lab.read-only",
    title: "The lab is open read-only",
    detail: "The file has errors; editing what was only partly understood could lose the rest.",
    next: "Correct the listed errors in a text editor; Halfrack notices when the file is saved.",
    subject: path,
  });

export const conflicting = (path: string, conflict: LabState["conflict"]) =>
  new FaultError({
    code: "lab.conflict",
    title: conflict === "vanished" ? "The lab file is no longer there" : "The lab file was changed by another program",
    detail: "The lab as shown here was not written over it. What is not saved is kept here.",
    next:
      conflict === "vanished"
        ? "Write the lab there again, or close it without what is not saved."
        : "Choose which version to keep: the file's, or the one shown here.",
    subject: path,
  });

export const notAsShown = (path: string) =>
  new FaultError({
    code: "lab.not-as-shown",
    title: "Nothing was written: the lab file is not the one that was shown",
    detail: "It was changed since the change of it was shown, here or by another program, or another lab was opened.",
    next: "Look at the change as it would be now, and write that one.",
    subject: path,
  });

export const nothingToTake = (path: string) =>
  new FaultError({
    code: "lab.nothing-to-take",
    title: "The lab file is no longer there",
    detail: "There is no version of the file to take. The lab is kept here as it is shown, with what is not saved.",
    next: "Write the lab there again, or close it without what is not saved.",
    subject: path,
  });

export const changedMeanwhile = (path: string) =>
  new FaultError({
    code: "lab.changed-meanwhile",
    title: "The lab file was changed by another program meanwhile",
    detail: "The edit was not made; nothing was written over the file.",
    next: "Look at the lab as it is now, then make the edit again.",
    subject: path,
  });

export const unsaved = (path: string) =>
  new FaultError({
    code: "lab.unsaved",
    title: "A change to the lab is not saved",
    detail: "Saving failed before, or the file was changed by another program; going on would lose the change.",
    next: "Save again, or take the file's version.",
    subject: path,
  });

export const nothingTo = (what: "undo" | "redo") =>
  new FaultError({
    code: `lab.nothing-to-${what}`,
    title: `There is nothing to ${what}`,
    detail: "Changes made in another program, or before the lab was opened, are not counted.",
    next: "Nothing needs to be done.",
  });
