import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeLink } from "../../renderer/terminal/links.ts";

describe("judgeLink", () => {
  it("opens an address that is what the screen shows without a question", () => {
    expect(judgeLink("http://node1:8080/a?b=c#d", "http://node1:8080/a?b=c#d")).toEqual({
      open: true,
      address: "http://node1:8080/a?b=c#d",
      host: "node1:8080",
      confirm: false,
      warnings: [],
    });
  });

  it("asks where the text is another address", () => {
    expect(judgeLink("https://evil.example/", "https://bank.example/")).toEqual({
      open: true,
      address: "https://evil.example/",
      host: "evil.example",
      confirm: true,
      warnings: ["The text on screen is not the address"],
    });
  });

  it("shows a name outside ASCII in punycode and asks", () => {
    expect(judgeLink("https://аpple.com/", "https://аpple.com/")).toEqual({
      open: true,
      address: "https://xn--pple-43d.com/",
      host: "xn--pple-43d.com",
      confirm: true,
      warnings: ["The host name holds letters outside ASCII; it is shown in its encoded form (punycode)"],
    });
  });

  it("asks where a login name makes another host look like the target", () => {
    const verdict = judgeLink("https://bank.example@evil.example/", "https://bank.example@evil.example/");
    expect(verdict).toMatchObject({ open: true, host: "evil.example", confirm: true });
  });

  it.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ssh://node1",
    "vbscript:x",
    "app://halfrack/",
    "//node1/",
    "node1",
    "http://",
    "http://a\u202e.example/",
    `http://${"a".repeat(9000)}.example/`,
  ])("never opens %j", (uri) => {
    expect(judgeLink(uri, uri).open).toBe(false);
  });

  it("opens only http and https in ASCII, whatever is given", () => {
    const near = fc.tuple(
      fc.constantFrom("http:", "https://", "javascript:", "", " http://", "file:"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(
        near.map(([scheme, rest]) => scheme + rest),
        fc.string(),
        (uri, shown) => {
          const verdict = judgeLink(uri, shown);
          if (verdict.open) expect(verdict.address).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
        },
      ),
    );
  });
});
