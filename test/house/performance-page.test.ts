import { expect, test } from "vitest";
import { performancePage } from "../bench/page.ts";
import { resultSchema } from "../bench/result.ts";

test("the performance page names value, goal, whether it was met, and the machine", () => {
  const page = performancePage([
    resultSchema.parse({
      title: "Terminal",
      setting: "100 MB through SSH.",
      rows: [
        { measure: "of memory|speed", value: 0.8123, unit: "x", goal: { atLeast: 0.8 }, how: "one run" },
        { measure: "Ctrl-C to prompt", value: 151.2, unit: "ms", goal: { atMost: 150 } },
        { measure: "bytes", value: 104857.6, unit: "kB" },
      ],
      machine: { processor: "A CPU", processors: 2, memoryGiB: 8, system: "linux 6.1 x64", node: "v24.0.0" },
    }),
  ]);
  expect(page.slice(page.indexOf("## "))).toBe(`## Terminal

100 MB through SSH.

| measure | value | goal | how |
|---|---|---|---|
| of memory\\|speed | 0.812 x | at least 0.8 x: met | one run |
| Ctrl-C to prompt | 151 ms | at most 150 ms: **missed** |  |
| bytes | 104858 kB |  |  |

A CPU, 2 processors, 8 GiB, linux 6.1 x64, Node v24.0.0.
`);
});
