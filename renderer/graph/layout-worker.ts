/** A worker that lays fabrics out: thousands of hosts take longer than a frame. */
import { layOut } from "./layout.ts";
import type { LayoutInput } from "./pods.ts";

self.addEventListener("message", ({ data }: MessageEvent<{ readonly id: number; readonly input: LayoutInput }>) => {
  self.postMessage({ id: data.id, layout: layOut(data.input) });
});
