/** Owns how a file leaves the window: the browser, or Electron's dialog, puts it where the admin says. */

/** Hands a file over as a download. */
export function saveFile(name: string, content: string | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; what it reads stays until it has ended.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}
