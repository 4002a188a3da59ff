/** Owns which font draws which character: those the app brings, then what the system has; loaded when first needed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";
import * as fontkit from "fontkit";
import type { Style } from "./page.ts";

/** A font as PDFKit and fontkit take it. */
export interface LoadedFont {
  readonly id: string;
  readonly data: Buffer;
  /** Which font of a collection. */
  readonly postscriptName: string | undefined;
  readonly font: fontkit.Font;
}

/** A stretch of text in one font. */
export interface Run {
  readonly font: LoadedFont;
  readonly text: string;
}

const bundledFiles: Readonly<Record<Style, readonly string[]>> = {
  sans: ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"].map(
    (part) => `@fontsource/inter/files/inter-${part}-400-normal.woff`,
  ),
  bold: ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"].map(
    (part) => `@fontsource/inter/files/inter-${part}-600-normal.woff`,
  ),
  mono: ["latin", "latin-ext", "cyrillic", "greek", "vietnamese"].map(
    (part) => `@fontsource/jetbrains-mono/files/jetbrains-mono-${part}-400-normal.woff`,
  ),
};

/** Fonts of many scripts, where systems keep them. */
const systemFiles = [
  "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
  "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
  "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
  "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
  "C:\\Windows\\Fonts\\arial.ttf",
  "C:\\Windows\\Fonts\\msyh.ttc",
];

const require = createRequire(import.meta.url);
const loaded = new Map<string, LoadedFont | null>();

/** The app's fonts that hold the style, the most likely first. */
const bundledFonts = (style: Style): LoadedFont[] =>
  bundledFiles[style].map((file) => load(file, () => sfntOf(readFileSync(require.resolve(file))))).filter(isFont);

const systemFonts = (): LoadedFont[] => systemFiles.map((file) => load(file, () => readFileSync(file))).filter(isFont);

const isFont = (font: LoadedFont | null): font is LoadedFont => font !== null;

/** Null for a font that is not there; a file that is no font is none. */
function load(id: string, read: () => Buffer): LoadedFont | null {
  const known = loaded.get(id);
  if (known !== undefined) return known;
  let made: LoadedFont | null = null;
  try {
    const data = read();
    const opened = fontkit.create(data);
    const font = "fonts" in opened ? opened.fonts[0] : opened;
    if (font) made = { id, data, font, postscriptName: "fonts" in opened ? font.postscriptName : undefined };
  } catch {
    made = null;
  }
  loaded.set(id, made);
  return made;
}

/** True when the app's own fonts hold every character: such a text has the same width everywhere. */
export const isBundled = (text: string, style: Style): boolean => {
  const fonts = bundledFonts(style);
  return [...text].every((each) => fonts.some((font) => holds(font, each)));
};

const holds = ({ font }: LoadedFont, character: string) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);

/** A character that no font here holds, as its code. */
const codeText = (character: string) =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;

/** True when no font on this machine holds `character`. */
export function isMissing(character: string, style: Style): boolean {
  return ![...bundledFonts(style), ...systemFonts()].some((font) => holds(font, character));
}

/**
 * A text as stretches of one font each. A blank or a mark stays with what is before it where that font holds it, so
 * that words of a script written from the right are laid out together.
 */
export function runsOf(text: string, style: Style): Run[] {
  const bundled = bundledFonts(style);
  const main = bundled[0];
  if (!main) return [];
  const runs: { font: LoadedFont; text: string }[] = [];
  for (const character of text) {
    const last = runs.at(-1);
    const neutral = !/[\p{L}\p{N}]/u.test(character);
    const stays = last && neutral && holds(last.font, character) ? last.font : null;
    const own =
      stays ?? bundled.find((font) => holds(font, character)) ?? systemFonts().find((font) => holds(font, character));
    const drawn = own ? character : codeText(character);
    const font = own ?? main;
    if (last && last.font === font) last.text += drawn;
    else runs.push({ font, text: drawn });
  }
  return runs;
}

const widths = new Map<string, number>();

/** Width in millimetres as the PDF draws it. */
export function measure(text: string, style: Style, sizePt: number): number {
  const key = `${style} ${text}`;
  let perPoint = widths.get(key);
  if (perPoint === undefined) {
    perPoint = runsOf(text, style).reduce(
      (sum, run) => sum + run.font.font.layout(run.text).advanceWidth / run.font.font.unitsPerEm,
      0,
    );
    if (widths.size > 50_000) widths.clear();
    widths.set(key, perPoint);
  }
  return perPoint * sizePt * 0.352778;
}

/**
 * A WOFF file's tables as the plain font file they were packed from (https://www.w3.org/TR/WOFF/). fontkit reads beyond
 * the end of a table that ends with an empty glyph; here another table, or padding, follows.
 */
function sfntOf(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, index) => {
    const entry = 44 + index * 20;
    const [offset, packed, size] = [4, 8, 12].map((at) => woff.readUInt32BE(entry + at));
    const body = woff.subarray(offset, (offset ?? 0) + (packed ?? 0));
    const data = packed === size ? body : inflateSync(body);
    return { tag: woff.subarray(entry, entry + 4), checksum: woff.readUInt32BE(entry + 16), data };
  });
  const header = Buffer.alloc(12 + count * 16);
  woff.copy(header, 0, 4, 8);
  header.writeUInt16BE(count, 4);
  const parts: Buffer[] = [header];
  let offset = header.length;
  for (const [index, { tag, checksum, data }] of tables.entries()) {
    const entry = 12 + index * 16;
    tag.copy(header, entry);
    header.writeUInt32BE(checksum, entry + 4);
    header.writeUInt32BE(offset, entry + 8);
    header.writeUInt32BE(data.length, entry + 12);
    const padded = Buffer.alloc(Math.ceil(data.length / 4) * 4);
    data.copy(padded);
    parts.push(padded);
    offset += padded.length;
  }
  return Buffer.concat([...parts, Buffer.alloc(64)]);
}
