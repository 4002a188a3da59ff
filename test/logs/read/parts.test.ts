/** In which words the lines of a group of errors differ. */
import { expect, it } from "vitest";
import { LineParts } from "../../../electron/logs/read/parts.ts";

const partsOf = ([first = "", ...others]: readonly string[], values = 100) => {
  const parts = new LineParts(first, { values });
  for (const message of others) parts.add(message);
  return parts.list().map((part) => part.map(({ text, times }) => `${text} x${times}`));
};

it("puts names before numbers, wherever they stand", () => {
  const said = Array.from({ length: 6 }, (_, i) => `error: lane ${i % 2} of mlx5_${i % 3}`);
  expect(partsOf(said)).toEqual([
    ["mlx5_0 x2", "mlx5_1 x2", "mlx5_2 x2"],
    ["lane 0 x3", "lane 1 x3"],
  ]);
});

it("names none once a line has another number of words: nobody knows which stands for which", () => {
  const like = ["error: lanes up, lane 2 down", "error: lanes up, lane 3 down"];
  expect(partsOf(like)).toEqual([["lane 2 x1", "lane 3 x1"]]);
  expect(partsOf([...like, "error: lanes up, lane 2 3 down"])).toEqual([]);
});

it("names no counts: a number tells which one only behind a name", () => {
  expect(partsOf(["EDAC MC1: 2 CE error on DIMM 10", "EDAC MC1: 1 CE error on DIMM 9"])).toEqual([
    ["DIMM 9 x1", "DIMM 10 x1"],
  ]);
});

it("keeps no more values than there is room for, in all groups together", () => {
  const room = { values: 2 };
  const [full, refused] = ["eth", "ib"].map((name) => {
    const parts = new LineParts(`error: ${name}0`, room);
    for (const n of [1, 2, 1]) parts.add(`error: ${name}${n}`);
    return parts.list();
  });
  expect(full).toEqual([
    [
      { text: "eth1", times: 2 },
      { text: "eth0", times: 1 },
      { text: "eth2", times: 1 },
    ],
  ]);
  expect(refused).toEqual([]);
});
