/** Owns how a file's bytes go over the contract. */

/** The bytes of a file or of a part of one; an empty text where it holds none. */
export function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // `data:...;base64,` and then the content; of nothing, nothing.
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("the file could not be read"));
    reader.readAsDataURL(blob);
  });
}
