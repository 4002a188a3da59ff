/** Guesses the line being typed from keystrokes alone, for when the echo is slower than the fingers. */

const maxLength = 2000;

/** The line after `keys`: Backspace takes one away, Ctrl-C, Ctrl-U and escape sequences begin anew. */
export function typedLine(line: string, keys: string): string {
  // Keys that move or recall (arrows, history) make the guess worthless; the screen is looked at as well.
  if (keys.startsWith("\u001b")) return "";
  let result = line;
  for (const key of keys) {
    if (key === "\u007f" || key === "\b") result = result.slice(0, -1);
    else if (key === "\u0003" || key === "\u0015" || key === "\r" || key === "\n") result = "";
    else if (key >= " " || key === "\t") result += key;
  }
  return result.slice(-maxLength);
}
