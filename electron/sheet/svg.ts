/** Owns how a page becomes an SVG file: well-formed whatever a name holds, and the same width in any font. */
import { grey, type Item, ink, mm, type Page, type Style, type TextItem } from "./page.ts";

const families: Readonly<Record<Style, string>> = {
  sans: "Inter, 'Inter Variable', Helvetica, Arial, sans-serif",
  bold: "Inter, 'Inter Variable', Helvetica, Arial, sans-serif",
  mono: "'JetBrains Mono', 'JetBrains Mono Variable', 'DejaVu Sans Mono', monospace",
};

/** Text in an element or an attribute; what XML has no character for was made visible before (words.ts). */
const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");

/** Pages as one SVG document, one under the other; `bundled` tells of a text whether the app's own fonts hold all of it. */
export function svgOf(pages: readonly Page[], title: string, bundled: (text: string, style: Style) => boolean): string {
  const w = mm(Math.max(0, ...pages.map(({ widthMm }) => widthMm)));
  const h = mm(pages.reduce((sum, { heightMm }) => sum + heightMm, 0));
  let top = 0;
  const drawn = pages.flatMap(({ items, heightMm }) => {
    const lines = items.map((item) => itemSvg(item, bundled));
    const placed = top === 0 ? lines : [`<g transform="translate(0 ${mm(top)})">`, ...lines, "</g>"];
    top += heightMm;
    return placed;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}mm" height="${h}mm" viewBox="0 0 ${w} ${h}" font-variant-ligatures="none" style="font-feature-settings:normal">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${w}" height="${h}" fill="#ffffff"/>`,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

function itemSvg(item: Item, bundled: (text: string, style: Style) => boolean): string {
  if (item.kind === "text") return textSvg(item, bundled(item.text, item.style));
  const { d, fill, stroke, lineMm, dashMm } = item;
  const line = stroke === null ? "" : ` stroke="${stroke}" stroke-width="${lineMm}"`;
  const dash = dashMm.length === 0 ? "" : ` stroke-dasharray="${dashMm.join(" ")}"`;
  return `<path d="${d}" fill="${fill ?? "none"}"${line}${dash}/>`;
}

function textSvg(item: TextItem, bundled: boolean): string {
  const attributes = {
    x: mm(item.x),
    y: mm(item.y),
    "font-family": families[item.style],
    "font-weight": item.style === "bold" ? 600 : 400,
    "font-size": mm(item.sizePt * 0.352778),
    fill: item.grey ? grey : ink,
    "text-anchor": item.anchor,
    // Another font than the one it was measured in must not run into the next column.
    ...(bundled ? { textLength: mm(item.widthMm), lengthAdjust: "spacingAndGlyphs" } : {}),
    ...(item.turn === 0 ? {} : { transform: `rotate(${item.turn} ${mm(item.x)} ${mm(item.y)})` }),
  };
  const list = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  return `<text ${list.join(" ")}>${escaped(item.text)}</text>`;
}
