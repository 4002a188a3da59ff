/** Owns when the preview is drawn anew: when something was chosen, or the lab or what was seen of it changed. */
import { useEffect, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { DocumentInput } from "../../electron/contract/sheet.ts";
import { client } from "../client.ts";
import { useFabric, useLab } from "../stores.ts";

type Pages = Awaited<ReturnType<typeof client.sheet.pages>>;

interface Preview {
  /** The last pages that could be drawn; null before there are any. */
  readonly pages: Pages | null;
  readonly fault: Fault | null;
}

export function usePages(request: DocumentInput): Preview {
  const lab = useLab((mirror) => mirror.value?.lab ?? null);
  const observedAt = useFabric((mirror) => mirror.value?.observedAt ?? null);
  const seen = request.content === "plan" ? null : observedAt;
  const [preview, setPreview] = useState<Preview>({ pages: null, fault: null });
  const asked = JSON.stringify(request);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the host draws from the lab and what was seen of it now
  useEffect(() => {
    const gone = new AbortController();
    client.sheet
      .pages(JSON.parse(asked) as DocumentInput, { signal: gone.signal })
      .then((pages) => setPreview({ pages, fault: null }))
      .catch((error: unknown) => {
        if (!gone.signal.aborted) setPreview(({ pages }) => ({ pages, fault: faultOf(error) }));
      });
    return () => gone.abort();
  }, [asked, lab, seen]);
  return preview;
}
