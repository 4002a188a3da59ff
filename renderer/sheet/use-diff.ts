/** Owns when the change of the lab file is asked for: whenever other changes are picked, or the lab changed. */
import { useEffect, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { LabEdit } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { useLab } from "../stores.ts";

interface FileChange {
  /** Empty while nothing is picked, or it cannot be told. */
  readonly diff: string;
  /** Why these edits would be refused. */
  readonly fault: Fault | null;
}

const nothing: FileChange = { diff: "", fault: null };

export function useDiff(edits: readonly LabEdit[]): FileChange {
  const [change, setChange] = useState(nothing);
  const lab = useLab((mirror) => mirror.value?.lab);
  const asked = JSON.stringify(edits);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the diff is of the lab as it is now
  useEffect(() => {
    let current = true;
    const tell = (next: FileChange) => {
      if (current) setChange(next);
    };
    const list = JSON.parse(asked) as LabEdit[];
    if (list.length === 0) tell(nothing);
    else {
      client.lab
        .preview({ edits: list })
        .then(({ diff }) => tell({ diff, fault: null }))
        .catch((error: unknown) => tell({ diff: "", fault: faultOf(error) }));
    }
    return () => {
      current = false;
    };
  }, [asked, lab]);
  return change;
}
