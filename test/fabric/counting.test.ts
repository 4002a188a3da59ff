/** Counters of a fabric that is larger than is read: said as it is. */
import { expect, test } from "vitest";
import type { Device, LabState } from "../../electron/contract/lab.ts";
import { Counting } from "../../electron/fabric/counting.node.ts";
import { newTracked } from "../../electron/fabric/tracked.ts";
import { Published } from "../../electron/published.ts";
import { scene, sceneTypes } from "./scene.ts";

/** One line of `ibqueryerrors --counters`, as often as there are ports. */
const counted = (ports: number) =>
  `Data Counters for 0xf452140300000001 "sw"\n${"   GUID 0xf452140300000001 port 1: [PortXmitData == 1]\n".repeat(ports)}`;

test("more ports than are read are told as that, not as a tool that failed", async () => {
  const { places } = scene({ hosts: ["node1"], cables: [] }, { links: [] });
  const lab = { path: "/lab.yaml", lab: places.lab, deviceTypes: sceneTypes };
  const device: Device = { name: "node1", type: "server", ssh: { host: "10.0.0.1" } } as Device;
  const stdout = `${counted(80_001)}\n## Summary: 1 nodes checked, 0 bad nodes found\n`;
  const counting = new Counting({
    lab: new Published(lab as unknown as LabState),
    ssh: {
      run: async (name, argv) => ({
        device: name,
        argv: [...argv],
        startedAt: 0,
        durationMs: 1,
        exitCode: 0,
        signal: null,
        stdout: argv.includes("--counters") ? stdout : "",
        stderr: "",
        truncated: false,
      }),
    },
    intervalMs: () => 1000,
    observer: () => newTracked(device),
    places: () => places,
    history: null,
    onCounted: () => undefined,
  });
  await counting.read();
  expect(counting.state?.fault).toMatchObject({
    code: "fabric.too-large",
    title: "node1 names more than can be shown",
    detail: "ibqueryerrors on node1 names more nodes or ports than are read; from line 80002 on nothing was.",
  });
});
