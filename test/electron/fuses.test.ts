import { FuseV1Options } from "@electron/fuses";
import { expect, it } from "vitest";
import { fuses } from "../../build/fuses.mjs";

it("decides every fuse the installed Electron tools know", () => {
  const known = Object.values(FuseV1Options).filter((value) => typeof value === "number");
  const decided = known.filter((fuse) => typeof (fuses as Readonly<Record<number, unknown>>)[fuse] === "boolean");
  expect(decided).toEqual(known);
});
