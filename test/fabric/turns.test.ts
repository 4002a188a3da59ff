/** A fabric is published in turns of the loop: the same values as at once, and others come in between. */
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import type { FabricState } from "../../electron/contract/fabric.ts";
import type { LabState } from "../../electron/contract/lab.ts";
import type { SshState } from "../../electron/contract/ssh.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { Evidence } from "../../electron/fabric/findings/evidence.ts";
import { findingsInSteps } from "../../electron/fabric/findings/findings.ts";
import { type FabricInput, joinFabric } from "../../electron/fabric/join.ts";
import { Places } from "../../electron/fabric/places.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readIbstat } from "../../electron/fabric/read/ibstat.ts";
import { createFabricService, type FabricService } from "../../electron/fabric/service.ts";
import { Published } from "../../electron/published.ts";
import { atOnce, itemsAStep } from "../../electron/steps.ts";
import { findingInputs } from "./finding-inputs.ts";
import { linkinfoText, type SceneFabric, type SceneLab, sceneLab, sceneTypes } from "./scene.ts";

const observer = "node1";
/** What the observer's own tool prints where iblinkinfo prints `text`: of the same port. */
function ibstatText(text: string): string {
  const guid = /^(0x\S+) "node1 mlx4_0"/m.exec(text)?.[1] ?? "0x00000000000000ff";
  return `CA 'mlx4_0'
	Node GUID: 0x00000000000000fe
	Port 1:
		State: Active
		Physical state: LinkUp
		Port GUID: ${guid}
		Link layer: InfiniBand
`;
}

interface Hosts extends AsyncDisposable {
  readonly fabric: FabricService;
  readonly lab: Published<LabState>;
  /** What iblinkinfo prints from now on. */
  print(text: string): void;
}

const opened: Hosts[] = [];
afterEach(async () => {
  for (const hosts of opened.splice(0)) await hosts[Symbol.asyncDispose]();
});

/** The fabric service of a lab whose first host answers, with what is printed. */
function open(lab: SceneLab): Hosts {
  const plan = sceneLab(lab);
  const devices = plan.devices.map((device) =>
    device.name === observer ? { ...device, ssh: { host: "10.0.0.1" } } : device,
  );
  const state = new Published({
    path: "/lab.yaml",
    lab: { ...plan, devices },
    deviceTypes: sceneTypes,
  } as unknown as LabState);
  const connection = { status: "connected", address: "root@10.0.0.1:22", via: [], fault: null };
  let printed = "";
  const fabric = createFabricService({
    lab: state,
    ssh: {
      state: new Published({ connections: { [observer]: connection } } as unknown as SshState),
      connect: () => Promise.reject(new Error("it is connected")),
      run: async (device, argv) => {
        const said = argv.includes("iblinkinfo")
          ? printed
          : argv.some((word) => word.includes("ibstat"))
            ? ibstatText(printed)
            : null;
        const result = {
          device,
          argv: [...argv],
          startedAt: 1,
          durationMs: 1,
          signal: null,
          stderr: "",
          truncated: false,
        };
        return { ...result, exitCode: said === null ? 127 : 0, stdout: said ?? "" };
      },
    },
    pollIntervalMs: () => 1000,
  });
  const hosts = {
    fabric,
    lab: state,
    print: (text: string) => {
      printed = text;
    },
    [Symbol.asyncDispose]: () => fabric[Symbol.asyncDispose](),
  };
  opened.push(hosts);
  return hosts;
}

/** What a state must hold, worked out at once and without what was before. */
function expected({ fabric, lab }: Hosts, text: string): Partial<FabricState> {
  const { lab: plan } = lab.get();
  const { devices, observedAt, subnetManager, sources } = fabric.state.get();
  if (plan === null) throw new Error("the lab is closed");
  const source = `iblinkinfo --line on ${observer}`;
  const inputs: FabricInput[] = [
    { kind: "ibstat", source: `ibstat on ${observer}`, reading: readIbstat(ibstatText(text)) },
    { kind: "iblinkinfo", source, reading: readIblinkinfo(text) },
  ];
  const joined = joinFabric(inputs);
  const places = new Places({ lab: plan, types: sceneTypes, devices, joined });
  const cables = cablesOf({ places, observedAt, observer, failure: null, previous: [], nowMs: 1 });
  const evidence = new Evidence(inputs, sources[0] ?? null);
  const findings = atOnce(
    findingsInSteps(findingInputs({ lab: plan, devices, cables, places, subnetManager, evidence })),
  );
  return { fabric: joined.fabric, cables, findings: findings, owners: places.owners() };
}

/** Without when states were seen to change, which what was before decides, and the counters, which nobody reads here. */
function seen({ fabric, cables, findings, owners }: Partial<FabricState>): Partial<FabricState> {
  return {
    fabric: fabric ?? null,
    cables: (cables ?? []).map((cable) => ({ ...cable, since: null })),
    findings: (findings ?? []).filter(({ rule }) => !rule.startsWith("counters.")),
    owners: owners ?? {},
  };
}

const lab: SceneLab = {
  hosts: ["node1", "node2", "node3"],
  cables: ["node1 mlx4_0/1 - sw1 1", "node2 mlx4_0/1 - sw1 2", "node3 mlx4_0/1 - sw1 3"],
};
const wire = fc.tuple(
  fc.constantFrom("node1 mlx4_0/1", "node2 mlx4_0/1", "node2 mlx4_0/2", "node3 mlx4_0/1", "other mlx4_0/1"),
  fc.integer({ min: 1, max: 5 }),
);
const fabrics: fc.Arbitrary<SceneFabric> = fc
  .record({
    wires: fc.uniqueArray(wire, { minLength: 1, selector: ([end]) => end }),
    down: fc.boolean(),
    rate: fc.constantFrom("4X       14.0625 Gbps Active/  LinkUp", "1X        2.5 Gbps   Init/  LinkUp"),
  })
  .map(({ wires, down, rate }) => ({
    links: [...new Map(wires.map(([end, port]) => [port, `${end} - sw1 ${port}`])).values()],
    down: down ? ["sw1 7"] : [],
    rate,
  }));

test("after any fabrics the state is what the last one alone makes it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fabrics, { minLength: 1, maxLength: 4 }), async (observed) => {
      const hosts = open(lab);
      for (const fabric of observed) {
        const text = linkinfoText(fabric);
        hosts.print(text);
        const state = await hosts.fabric.observe({ timeoutMs: 5000 });
        expect(seen(state)).toEqual(seen(expected(hosts, text)));
      }
    }),
    { numRuns: 40 },
  );
});

const count = 3 * itemsAStep;
const many = Array.from({ length: count }, (_, n) => `node${n + 1} mlx4_0/1 - sw${Math.floor(n / 18)} ${(n % 18) + 1}`);
const switches = [...new Set(many.map((link) => / - (\S+)/.exec(link)?.[1] ?? ""))];
const manyHosts = many.map((_, n) => `node${n + 1}`);

test("of a large fabric the state is what it is at once", async () => {
  const hosts = open({ switches, hosts: manyHosts, cables: many });
  for (const links of [many, many.toSpliced(400, 2), many]) {
    const text = linkinfoText({ switches, links });
    hosts.print(text);
    const state = await hosts.fabric.observe({ timeoutMs: 60_000 });
    expect(state.cables).toHaveLength(count);
    expect(state.devices[observer]).toMatchObject({ reach: "reachable", hcas: [{ name: "mlx4_0" }] });
    expect(seen(state)).toEqual(seen(expected(hosts, text)));
  }
});

/** The lab without its cables from `left` on. */
function unplan({ lab }: Hosts, left: number): void {
  lab.update((draft) => {
    draft.lab?.cables.splice(left);
  });
}

test("others come in between while a large fabric is published, and nobody sees a part of it", async () => {
  const hosts = open({ switches, hosts: manyHosts, cables: many });
  const text = linkinfoText({ switches, links: many });
  hosts.print(text);
  const { state } = hosts.fabric;
  await hosts.fabric.observe({ timeoutMs: 60_000 });
  const lengths: number[] = [];
  state.onChange(({ cables }) => lengths.push(cables.filter(({ planned }) => planned !== null).length));
  unplan(hosts, count - 1);
  let turns = 0;
  for (; lengths.length === 0; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    // What runs is given up for a lab that changed again.
    if (turns === 2) unplan(hosts, count - 2);
  }
  expect(turns).toBeGreaterThan(count / itemsAStep);
  expect(lengths).toEqual([count - 2]);
  expect(seen(state.get())).toEqual(seen(expected(hosts, text)));
});

test("what is taken over of a large fabric is of the lab that was published", async () => {
  const hosts = open({ switches, hosts: manyHosts, cables: many });
  const swapped = ["node401 mlx4_0/1 - sw22 6", "node402 mlx4_0/1 - sw22 5"];
  hosts.print(linkinfoText({ switches, links: many.toSpliced(400, 2, ...swapped) }));
  await hosts.fabric.observe({ timeoutMs: 60_000 });
  const choose = hosts.fabric.adopt({ choose: [] }).adoptions.map(({ id }) => id);
  const before = hosts.fabric.adopt({ choose });
  hosts.lab.update((draft) => {
    draft.lab?.cables.splice(0, 1);
  });
  expect(before.edits).toHaveLength(2);
  expect(hosts.fabric.adopt({ choose })).toEqual(before);
});

test("a large fabric is published however often others observe", async () => {
  const hosts = open({ switches, hosts: manyHosts, cables: many });
  const { fabric } = hosts;
  hosts.print(linkinfoText({ switches, links: many }));
  await fabric.observe({ timeoutMs: 60_000 });
  hosts.print(linkinfoText({ switches, links: many.toSpliced(400, 2) }));
  const before = fabric.state.get().fabric;
  const asked: Promise<FabricState>[] = [];
  // One that is published takes some ten turns.
  for (let turns = 0; turns < 300 && fabric.state.get().fabric === before; turns += 1) {
    asked.push(fabric.observe({ timeoutMs: 60_000 }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(fabric.state.get().fabric).not.toBe(before);
  for (const { fabric: now } of await Promise.all(asked)) expect(now).not.toBe(before);
});

test("an observation ends when its time is up, though a large fabric is being published", async () => {
  const hosts = open({ switches, hosts: manyHosts, cables: many });
  const { state } = hosts.fabric;
  hosts.print(linkinfoText({ switches, links: many }));
  await hosts.fabric.observe({ timeoutMs: 60_000 });
  unplan(hosts, count - 1);
  const before = state.get().cables;
  expect((await hosts.fabric.observe({ timeoutMs: 1 })).cables).toBe(before);
});

test.each([
  ["a small", lab],
  ["a large", { switches, hosts: manyHosts, cables: many }],
])("after an exception in a publication of %s fabric polls are published again", async (_, plan) => {
  const hosts = open(plan);
  const { state } = hosts.fabric;
  hosts.print(linkinfoText({ links: ["node1 mlx4_0/1 - sw1 1"] }));
  await hosts.fabric.observe({ timeoutMs: 60_000 });
  const fail = state.onChange((now, before) => {
    if (now.fabric === before.fabric) return;
    fail();
    throw new Error("a listener failed");
  });
  hosts.print(linkinfoText({ links: ["node1 mlx4_0/1 - sw1 4"] }));
  await expect(hosts.fabric.observe({ timeoutMs: 60_000 })).rejects.toThrow("a listener failed");
  hosts.print(linkinfoText({ links: ["node1 mlx4_0/1 - sw1 5"] }));
  for await (const _message of state.watch()) {
    if (state.get().fabric?.links.some(({ a, b }) => a.port === 5 || b.port === 5)) break;
  }
});

test("a small fabric is published at once", async () => {
  const hosts = open(lab);
  hosts.print(linkinfoText({ links: ["node1 mlx4_0/1 - sw1 1"] }));
  await hosts.fabric.observe({ timeoutMs: 5000 });
  unplan(hosts, 1);
  expect(hosts.fabric.state.get().cables).toHaveLength(1);
});
