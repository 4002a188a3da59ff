/** Owns printing: exactly the pages of the preview, one on each sheet of paper, and nothing else of the window. */
import { svgElement } from "./svg-page.ts";
import "./print.css";

export interface PrintedPages {
  readonly pages: readonly string[];
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Opens the system's print dialog on the pages; they are gone when it closes. */
export function printPages({ pages, widthMm, heightMm }: PrintedPages): void {
  document.querySelector(".hr-print")?.remove();
  const sheets = document.createElement("div");
  sheets.className = "hr-print";
  sheets.setAttribute("aria-hidden", "true");
  const paper = document.createElement("style");
  paper.textContent = `@page { size: ${widthMm}mm ${heightMm}mm; margin: 0; }`;
  sheets.append(paper, ...pages.map(svgElement));
  document.body.append(sheets);
  window.addEventListener("afterprint", () => sheets.remove(), { once: true });
  window.print();
}
