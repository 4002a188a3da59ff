/** What may be typed as a description, whatever is given. */
import fc from "fast-check";
import { expect, it, test } from "vitest";
import {
  descriptionFault,
  type SwitchChange,
  type SwitchLive,
  switchChangeSchema,
} from "../../electron/contract/switch.ts";
import { planChange } from "../../electron/switch/change.ts";

const inputs = (change: SwitchChange) => ({ device: "sw1", change, live: null, cables: [], observer: null });

it.each([
  'a"b',
  "it's",
  "a\\b",
  "what?",
  "a\nshutdown",
  "tab\there",
  "\u0007",
  "größe",
  "x".repeat(41),
  " a",
  "a | b",
  "!a",
  "#a",
  "-f",
])("%j is no description", (description) => {
  expect(descriptionFault(description)).not.toBeNull();
});

it.each(["", "IB-4", "to node4 (rear), U12", "a=b, c/d: e@f_g+h.", "x".repeat(40)])(
  "%j is a description",
  (description) => {
    expect(descriptionFault(description)).toBeNull();
  },
);

test("a plan says of a link only what somebody said", () => {
  const shut = { kind: "shut", port: "1/4" } as const;
  expect(planChange(inputs(shut)).effects).toEqual(["Whether a link is up there is not known yet."]);
  expect(planChange(inputs({ kind: "describe", port: "1/4", description: "x" })).effects).toEqual([
    "The description of port 1/4 of sw1 is set. No link is touched.",
  ]);
});

test.each(["4", "1/4", "IB1/4", "ib01/04", " 4 "])(
  "port %s of a switch that was not read yet is the one in slot 1",
  (port) => {
    const change = switchChangeSchema.parse({ kind: "shut", port });
    expect(planChange(inputs(change))).toMatchObject({ change: { port: "1/4" }, confirm: "1/4" });
  },
);

test.each(["", "IB", "4a", "mlx4_0/1", "1/4/1", "-4", "4 5"])("%j names no port of a switch", (port) => {
  expect(switchChangeSchema.safeParse({ kind: "shut", port }).error?.issues).toMatchObject([
    { message: "is no port of a switch: name it as 4, 1/4 or IB1/4" },
  ]);
});

test("a number alone names the port in slot 1, as in the lab file, and no other", () => {
  const shut = (port: string, types: Readonly<Record<string, string>>) => {
    const ports = Object.entries(types).map(([name, type]) => ({ name, type }));
    return planChange({ ...inputs({ kind: "shut", port }), live: { ports } as unknown as SwitchLive }).change;
  };
  expect(shut("4", { "1/4": "infiniband", "2/4": "infiniband" })).toMatchObject({ port: "1/4" });
  expect(shut("IB2/4", { "1/4": "infiniband", "2/4": "infiniband" })).toMatchObject({ port: "2/4" });
  expect(() => shut("4", { "1/4": "ethernet", "2/4": "infiniband" })).toThrow("sw1 has no InfiniBand port 4");
  expect(() => shut("4", { "1/4": "ethernet" })).toThrow("sw1 has no InfiniBand port 4");
});

test("whatever the description, a plan is one line of plain words for it, or a fault", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (description) => {
      let lines: readonly string[] = [];
      try {
        ({ lines } = planChange(inputs({ kind: "describe", port: "1/4", description })));
      } catch {
        return;
      }
      expect(lines).toHaveLength(7);
      expect(lines[3]).toMatch(/^(?:no description|description [^"\s]+|description "[^"\s][^"]*")$/);
      expect(lines.join("")).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});
