/**
 * Owns whether terminals are drawn by WebGL: only where a graphics processor does it. A software WebGL (SwiftShader,
 * llvmpipe) was measured to draw a flood more than ten times slower than the DOM, on processors the shell's side needs.
 */

const softwareRenderer = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known: boolean | null = null;

/** Asked once per window: the answer costs a context. */
export function hasFastWebgl(): boolean {
  known ??= probe();
  return known;
}

function probe(): boolean {
  const context = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const names = context.getExtension("WEBGL_debug_renderer_info");
  const renderer: unknown = context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  // browsers allow about sixteen contexts; this one is not left to the garbage collector
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !softwareRenderer.test(String(renderer));
}
