/** What the finder has to look for follows from the items and from what a target is. */
import { expect, test } from "vitest";
import { type Item, itemSchema } from "../../electron/contract/logs/item.ts";
import { wantedOn } from "../../electron/logs/catalogue/wanted.ts";

const common = { title: "T", why: "W", group: "system" };
const item = (rest: Record<string, unknown>): Item => itemSchema.parse({ ...common, ...rest });

const items = [
  item({ id: "uname", on: ["linux", "here"], command: ["uname", "-a"] }),
  item({ id: "twice", on: ["linux"], command: ["sh", "-c", "lspci; lspci -v"], program: "lspci" }),
  item({
    id: "version",
    on: ["vsmp"],
    command: ["{path}", "--long"],
    each: ["/usr/local/bin/????version"],
    holding: "vsmpversion",
  }),
  item({ id: "logs", on: ["linux", "esxi"], files: ["/var/log/messages*", "/var/log/syslog*"] }),
  item({ id: "dumps", on: ["linux"], files: ["/var/crash/*"], text: false }),
  item({ id: "sel", on: ["bmc"], ipmi: ["sel", "elist"] }),
];

test("paths and programs of the items for what a target is, and no others", () => {
  expect(wantedOn(["linux", "vsmp"], items)).toEqual({
    paths: [
      { item: "version", globs: ["/usr/local/bin/????version"], what: "any", holding: "vsmpversion", text: false },
      { item: "logs", globs: ["/var/log/messages*", "/var/log/syslog*"], what: "file", holding: null, text: true },
      { item: "dumps", globs: ["/var/crash/*"], what: "file", holding: null, text: false },
    ],
    programs: [
      { item: "uname", program: "uname" },
      { item: "twice", program: "lspci" },
    ],
  });
  expect(wantedOn(["esxi"], items).paths.map(({ item }) => item)).toEqual(["logs"]);
  expect(wantedOn(["here"], items)).toEqual({ paths: [], programs: [{ item: "uname", program: "uname" }] });
  expect(wantedOn(["bmc"], items)).toEqual({ paths: [], programs: [] });
});
