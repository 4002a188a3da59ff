/**
 * Owns how xterm.js is set up: hostile output may draw in its own tab and nothing else. Window reports and resizing
 * stay off (xterm's default), hyperlinks and clipboard writes go through the callbacks here, which decide.
 */
import { FitAddon } from "@xterm/addon-fit";
import { type ISearchOptions, SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { type IBufferRange, Terminal } from "@xterm/xterm";
import { coloursFor, type Scheme, searchMarks } from "./colours.ts";
import { hasFastWebgl } from "./webgl.ts";
import { spaceFrames } from "./xterm-inside.ts";

export const terminalFont = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace';

/** Matches that are marked at once; beyond it the count reads "1000+". */
export const searchLimit = 1000;

/** What xterm.js gives the scroll bar without a ruler, so that the ruler changes no size. */
const rulerWidthPx = 14;

export interface ScreenLook {
  readonly scheme: Scheme;
  readonly fontSizePx: number;
  readonly scrollbackLines: number;
  readonly screenReader: boolean;
}
export interface LinkEvent {
  readonly event: MouseEvent;
  readonly uri: string;
  /** The text on screen. */
  readonly shown: string;
}
export interface ScreenCallbacks {
  /** A link was clicked; the receiver decides whether it opens. Left out, links are dead. */
  readonly onLink?: (link: LinkEvent) => void;
  readonly onLinkHover?: (link: LinkEvent | null) => void;
}

/** One xterm.js terminal with its addons, drawn by WebGL while it is visible and by the DOM where WebGL is not there or slow. */
export class Screen {
  readonly term: Terminal;
  readonly search = new SearchAddon({ highlightLimit: searchLimit });
  /** Tells when output comes too fast to be read: it is drawn less often then. */
  flooding: () => boolean = () => false;
  readonly #fit = new FitAddon();
  #webgl: WebglAddon | null = null;
  /** Set once a context was lost or refused: the DOM renderer stays for this screen. */
  #webglFailed = false;
  #scheme: Scheme;

  constructor(look: ScreenLook, callbacks: ScreenCallbacks, size?: { readonly cols: number; readonly rows: number }) {
    this.#scheme = look.scheme;
    this.term = new Terminal({
      ...size,
      // Needed by the unicode and search addons; no escape sequence reaches it.
      allowProposedApi: true,
      allowTransparency: false,
      cursorBlink: false,
      cursorInactiveStyle: "outline",
      drawBoldTextInBrightColors: false,
      fontFamily: terminalFont,
      fontSize: look.fontSizePx,
      lineHeight: 1.2,
      linkHandler: this.#hyperlinks(callbacks),
      logLevel: "off",
      macOptionClickForcesSelection: true,
      minimumContrastRatio: 4.5,
      rescaleOverlappingGlyphs: true,
      screenReaderMode: look.screenReader,
      scrollback: look.scrollbackLines,
      theme: coloursFor(look.scheme),
    });
    this.term.loadAddon(this.#fit);
    this.term.loadAddon(this.search);
    this.term.loadAddon(new Unicode11Addon());
    this.term.unicode.activeVersion = "11";
    this.term.attachCustomKeyEventHandler((event) => !belongsToWindow(event));
    if (callbacks.onLink) this.#plainLinks(callbacks);
  }

  /** Draws into `container`; the font must be loaded before, or cells are measured with another one. */
  open(container: HTMLElement): void {
    this.term.open(container);
    spaceFrames(this.term, () => this.flooding());
  }

  get renderer(): "webgl" | "dom" {
    return this.#webgl ? "webgl" : "dom";
  }

  /** Takes or frees the WebGL context: browsers allow about sixteen in all, so hidden screens hold none. */
  setVisible(visible: boolean): void {
    if (!visible) {
      this.#webgl?.dispose();
      this.#webgl = null;
      return;
    }
    if (this.#webgl || this.#webglFailed || !hasFastWebgl()) return;
    try {
      const addon = new WebglAddon();
      addon.onContextLoss(() => {
        this.#webglFailed = true;
        this.setVisible(false);
      });
      this.term.loadAddon(addon);
      this.#webgl = addon;
    } catch {
      this.#webglFailed = true;
    }
  }

  /** Fits cells to the container; returns the size when it changed. */
  fit(): { readonly cols: number; readonly rows: number } | null {
    const wanted = this.#fit.proposeDimensions();
    if (!wanted || !Number.isFinite(wanted.cols) || !Number.isFinite(wanted.rows)) return null;
    const cols = Math.min(1000, Math.max(2, wanted.cols));
    const rows = Math.min(1000, Math.max(1, wanted.rows));
    if (cols === this.term.cols && rows === this.term.rows) return null;
    this.term.resize(cols, rows);
    return { cols, rows };
  }

  setLook(look: ScreenLook): void {
    const { options } = this.term;
    if (look.scheme !== this.#scheme) options.theme = coloursFor(look.scheme);
    this.#scheme = look.scheme;
    if (options.fontSize !== look.fontSizePx) options.fontSize = look.fontSizePx;
    if (options.scrollback !== look.scrollbackLines) options.scrollback = look.scrollbackLines;
    if (options.screenReaderMode !== look.screenReader) options.screenReaderMode = look.screenReader;
  }

  /** Options of a search; the ruler that shows where matches are costs a frame for every frame, so it begins here. */
  searchOptions(how: { readonly regex: boolean; readonly caseSensitive: boolean; readonly wholeWord: boolean }) {
    const { options } = this.term;
    if (options.overviewRuler?.width !== rulerWidthPx) options.overviewRuler = { width: rulerWidthPx };
    return { ...how, decorations: searchMarks(this.#scheme) } satisfies ISearchOptions;
  }

  /** The text of the line the cursor is on, wrapped rows joined. */
  cursorLine(): string {
    const { active } = this.term.buffer;
    const last = active.baseY + active.cursorY;
    let first = last;
    while (first > 0 && last - first < 50 && active.getLine(first)?.isWrapped) first -= 1;
    let text = "";
    for (let row = first; row <= last; row += 1) text += active.getLine(row)?.translateToString(row === last) ?? "";
    return text;
  }

  dispose(): void {
    this.setVisible(false);
    this.term.dispose();
  }

  #plainLinks({ onLink, onLinkHover }: ScreenCallbacks): void {
    this.term.loadAddon(
      new WebLinksAddon((event, uri) => onLink?.({ event, uri, shown: uri }), {
        hover: (event, text) => onLinkHover?.({ event, uri: text, shown: text }),
        leave: () => onLinkHover?.(null),
      }),
    );
  }

  /** OSC 8: `uri` is where it leads; the text on screen is the program's choice. */
  #hyperlinks({ onLink, onLinkHover }: ScreenCallbacks) {
    return {
      allowNonHttpProtocols: false,
      activate: (event: MouseEvent, uri: string, range: IBufferRange) =>
        onLink?.({ event, uri, shown: this.#textOf(range) }),
      hover: (event: MouseEvent, uri: string, range: IBufferRange) =>
        onLinkHover?.({ event, uri, shown: this.#textOf(range) }),
      leave: () => onLinkHover?.(null),
    };
  }

  #textOf({ start, end }: IBufferRange): string {
    let text = "";
    for (let row = start.y; row <= end.y; row += 1) {
      const line = this.term.buffer.active.getLine(row - 1);
      const from = row === start.y ? start.x - 1 : 0;
      text += line?.translateToString(false, from, row === end.y ? end.x : undefined) ?? "";
    }
    return text.trim();
  }
}

/**
 * Keys that go past the shell to the window: places (Ctrl/Cmd and a digit), the dock's switch, and all of
 * Ctrl/Cmd+Shift. A plain Ctrl and a letter is always the shell's.
 */
function belongsToWindow(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  return event.shiftKey || /^(?:Digit[1-9]|Backquote)$/.test(event.code);
}
