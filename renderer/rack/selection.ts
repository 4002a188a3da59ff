/** What is selected in the rack: one device, port or cable. */
export type Selection =
  | { readonly kind: "device"; readonly device: string }
  | { readonly kind: "port"; readonly device: string; readonly port: string }
  | { readonly kind: "cable"; readonly id: string };

/** A key that is unique among all selections of a lab. */
export const selectionKey = (selection: Selection | null): string =>
  selection === null
    ? ""
    : JSON.stringify(
        selection.kind === "device"
          ? [selection.device]
          : selection.kind === "port"
            ? [selection.device, selection.port]
            : ["", "", selection.id],
      );
