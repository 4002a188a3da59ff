/** Owns how the page holds back its window: leaving it asks first. What is asked is the host's. */
import { useEffect } from "react";

/** Leaving the page asks for as long as `when` is true. */
export function useAskBeforeLeaving(when: boolean): void {
  useEffect(() => {
    if (!when) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [when]);
}
