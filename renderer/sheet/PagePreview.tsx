import { useLayoutEffect, useRef } from "react";
import { svgElement } from "./svg-page.ts";

/** More than anybody leafs through; all are printed and saved. */
const mostShown = 12;

/** The pages as they are printed: the paper stays white whatever the theme. */
export function PagePreview({ pages, stale }: { readonly pages: readonly string[]; readonly stale: boolean }) {
  const rest = pages.length - mostShown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="sh-desk" aria-label="Preview" tabIndex={0} data-stale={stale || undefined}>
      {pages.slice(0, mostShown).map((svg, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a page is its place among the pages
        <Paper key={index} svg={svg} label={`Page ${index + 1} of ${pages.length}`} />
      ))}
      {rest > 0 && <p className="hr-dim">{rest} more pages are printed and saved.</p>}
    </section>
  );
}

function Paper({ svg, label }: { readonly svg: string; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.replaceChildren(svgElement(svg));
  }, [svg]);
  return <div className="sh-paper" role="img" aria-label={label} ref={place} />;
}
