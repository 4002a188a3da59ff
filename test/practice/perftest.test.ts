/** What the practice lab's perftest prints is read as perftest's, and agrees with its slots. */
import { expect, test } from "vitest";
import { readPerftest } from "../../electron/fabric/read/perftest.ts";
import { cubeOf, serverNamed } from "../../electron/practice/model.ts";
import { opening, report, waiting } from "../../electron/practice/text/perftest.ts";

test.each([
  ["as built", new Set<never>(), 27.88],
  ["with a slow slot", new Set(["slow-slot"] as const), 13.94],
])("node3 to node1 %s", (_, broken, gbps) => {
  const cube = cubeOf(broken);
  const [own, peer] = [serverNamed(cube, "node3"), serverNamed(cube, "node1")];
  for (const gigabits of [true, false]) {
    const run = { tool: "ib_write_bw", own, peer, sends: true, seconds: 8, gigabits } as const;
    const reading = readPerftest(waiting + opening(run) + report(run));
    expect([reading.complaints, reading.unread]).toEqual([[], []]);
    expect(reading.rows.map(({ averageGbps, peakGbps }) => [averageGbps.toFixed(2), peakGbps])).toEqual([
      [gbps.toFixed(2), null],
    ]);
  }
});
