/** Owns how a dialog runs a call: busy meanwhile, its fault shown in the dialog itself. */
import { useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";

export interface Work {
  readonly busy: boolean;
  /** Why the last run failed; null when it did not. */
  readonly fault: Fault | null;
  /** Runs a call; resolves to null when it failed or another is still running. */
  run<T>(call: () => Promise<T>): Promise<T | null>;
}

export function useWork(): Work {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const run = async <T>(call: () => Promise<T>): Promise<T | null> => {
    if (busy) return null;
    setBusy(true);
    setFault(null);
    try {
      return await call();
    } catch (error) {
      setFault(faultOf(error));
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, run };
}
