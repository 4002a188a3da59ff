/** Owns which tab of a strip too narrow for all is in view: the one in front, whenever the strip or a tab changes its width. */

/** Keeps the front tab of the strip in which `part` stands in view, until the returned function is called. */
export function keepFrontTabInView(part: Element): () => void {
  const tab = part.closest(".dv-tab");
  const strip = part.closest(".dv-tabs-container");
  if (!tab || !strip) return () => undefined;
  const watcher = new ResizeObserver(() => showFrontTab(part));
  watcher.observe(tab);
  watcher.observe(strip);
  return () => watcher.disconnect();
}

/** Scrolls the strip in which `part` stands, and nothing around it. */
export function showFrontTab(part: Element): void {
  const strip = part.closest(".dv-tabs-container");
  const front = strip?.querySelector(".dv-active-tab");
  if (!strip || !front) return;
  const room = strip.getBoundingClientRect();
  const { left, right } = front.getBoundingClientRect();
  if (left < room.left || right - left > room.width) strip.scrollLeft += left - room.left;
  else if (right > room.right) strip.scrollLeft += right - room.right;
}
