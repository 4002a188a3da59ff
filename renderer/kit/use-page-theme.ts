/** The theme of the page, for what paints with colours of its own: it changes when the page's colours already have. */
import { useSyncExternalStore } from "react";

const attribute = "data-mantine-color-scheme";

function watch(changed: () => void): () => void {
  const watcher = new MutationObserver(changed);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: [attribute] });
  return () => watcher.disconnect();
}

/** "light" or "dark", as the page is drawn now. */
export const pageTheme = (): string => document.documentElement.getAttribute(attribute) ?? "";

export const usePageTheme = (): string => useSyncExternalStore(watch, pageTheme);
