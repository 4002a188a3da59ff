/** Quoting, proved on the real shell: what goes in as argv comes out as argv. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { inCLocale, joinMlnxOs, quotePosix } from "../../electron/ssh/quote.ts";

/** Arguments after `sh -c`, each followed by a NUL, which no argument can hold. */
function throughShell(shell: string, argv: readonly string[]): string[] {
  const out = execFileSync(shell, ["-c", quotePosix(["printf", "%s\\0", ...argv])], { encoding: "utf8" });
  return out.split("\0").slice(0, -1);
}

const argument = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      "",
      "'",
      "''",
      "$(id)",
      "`id`",
      "a\nb",
      "-n",
      "~",
      "*",
      "A=b",
      "\\",
      "!",
      "é'\"ü",
      "--",
      "{a,b}",
      "#x",
    ),
  )
  .filter((text) => !text.includes("\0") && text.isWellFormed());

describe("POSIX quoting", () => {
  // A hundred shells, one after the other: on a loaded machine their starts take long.
  test.each(["sh", "bash"])(
    "every argument reaches the program unchanged through %s",
    { timeout: 120_000 },
    (shell) => {
      fc.assert(
        fc.property(fc.array(argument, { minLength: 1, maxLength: 12 }), (argv) => {
          expect(throughShell(shell, argv)).toEqual(argv);
        }),
        { numRuns: 100 },
      );
    },
  );

  test("a first word that looks like an assignment stays a command", () => {
    expect(quotePosix(["A=b", "c=d"])).toBe("'A=b' c=d");
  });

  test("plain words stay readable, others are quoted", () => {
    expect(quotePosix(["ls", "-l", "/tmp/a b", "it's"])).toBe("ls -l '/tmp/a b' 'it'\\''s'");
    expect(quotePosix(inCLocale(["ibstat", "mlx4_0"]))).toBe("env LC_ALL=C ibstat mlx4_0");
  });

  test.each([[[]], [[""]], [["a", "b\0c"]], [["a", "\ud800"]]])("%j cannot be sent", (argv) => {
    expect(() => quotePosix(argv)).toThrow(FaultError);
  });
});

describe("MLNX-OS joining", () => {
  test("words are joined by blanks, words with blanks stand in double quotes", () => {
    expect(joinMlnxOs(["show", "interfaces", "ib", "1/3"])).toBe("show interfaces ib 1/3");
    expect(joinMlnxOs(["interface", "ib", "1/3", "description", "to node 3"])).toBe(
      'interface ib 1/3 description "to node 3"',
    );
  });

  test("nothing that the switch would take for something else passes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        const bad = /[^\x20-\x7e]|["'\\?]/.test(text);
        if (bad) expect(() => joinMlnxOs(["show", text])).toThrow(FaultError);
        else expect(joinMlnxOs(["show", text])).toBe(`show ${text.includes(" ") ? `"${text}"` : text}`);
      }),
    );
  });
});
