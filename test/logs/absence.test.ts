/** What a command says when it rightly brings nothing. */
import { expect, test } from "vitest";
import { absentBy } from "../../electron/logs/catalogue/absence.ts";

const quiet = { exitCode: 2, stderr: "", sizeBytes: 0 };

test("nothing printed is not applicable by an exit code or a complaint of the item's own rule, and by nothing else", () => {
  const absent = { exitCodes: [2], stderr: "no (stats|journal)" };
  expect(absentBy({ absent }, quiet)).toBe("It printed nothing and ended with exit code 2.");
  expect(absentBy({ absent }, { ...quiet, exitCode: 1, stderr: "x\nNo Stats available" })).toBe(
    "It printed nothing and said: No Stats",
  );
  expect(absentBy({ absent }, { ...quiet, exitCode: 1, stderr: "Permission denied" })).toBeNull();
  expect(absentBy({ absent }, { ...quiet, sizeBytes: 1 })).toBeNull();
  expect(absentBy({ absent }, { ...quiet, exitCode: null })).toBeNull();
  expect(absentBy({}, quiet)).toBeNull();
});
