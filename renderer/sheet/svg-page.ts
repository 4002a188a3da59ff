/** Owns how a page from the host comes into the window: read as XML, which no name in it can leave. */
import { invariant } from "../../electron/contract/error.ts";

/** A page's SVG as an element of this document. */
export function svgElement(text: string): SVGSVGElement {
  const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
  invariant(documentElement instanceof SVGSVGElement, "the host draws well-formed SVG");
  return document.adoptNode(documentElement);
}
