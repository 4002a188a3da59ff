/** Decides which addresses in a terminal may be opened, and how they are shown before that. */

export type LinkVerdict =
  | { readonly open: false; readonly why: string }
  | {
      readonly open: true;
      /** The address that is opened: ASCII only, host names in punycode. */
      readonly address: string;
      readonly host: string;
      /** True when a dialog with the address must be answered before it is opened. */
      readonly confirm: boolean;
      /** Why a second look is advised; empty when the text on screen is the address. */
      readonly warnings: readonly string[];
    };

const maxAddressLength = 8192;

/**
 * Judges an address named by a program. `shown` is the text on screen; a hyperlink (OSC 8) may show one thing and
 * lead to another. Only http and https can be opened.
 */
export function judgeLink(uri: string, shown: string): LinkVerdict {
  if (uri.length > maxAddressLength) return { open: false, why: "The address is longer than 8192 characters" };
  if (/[\p{Cc}\p{Cf}\s]/u.test(uri)) return { open: false, why: "The address holds blanks or control characters" };
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null) return { open: false, why: "This is not an address" };
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return { open: false, why: `Only http and https are opened, not ${url.protocol}` };
  }
  const warnings: string[] = [];
  if (url.username !== "" || url.password !== "") {
    warnings.push("A login name stands before the host: the part after @ is where it leads");
  }
  if (url.hostname.split(".").some((label) => label.startsWith("xn--"))) {
    warnings.push("The host name holds letters outside ASCII; it is shown in its encoded form (punycode)");
  }
  if (!sameAddress(url, shown)) warnings.push("The text on screen is not the address");
  return { open: true, address: url.href, host: url.host, confirm: warnings.length > 0, warnings };
}

function sameAddress(url: URL, shown: string): boolean {
  return URL.canParse(shown) && new URL(shown).href === url.href;
}
