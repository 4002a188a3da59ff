import { expect, test } from "vitest";
import type { Terminal } from "../../electron/contract/terminal.ts";
import { openSessions } from "../../renderer/terminal/open-sessions.ts";

const terminal = (id: string, device: string, openedAt: number, more: Partial<Terminal> = {}): Terminal => ({
  id,
  device,
  title: "",
  status: "open",
  openedAt,
  cols: 80,
  rows: 24,
  exitCode: null,
  fault: null,
  recording: null,
  bells: 0,
  ...more,
});

test("sessions are counted by device in order of opening, lost ones that come back too, ended ones not", () => {
  const all = [
    terminal("a", "node2", 3, { status: "reconnecting" }),
    terminal("b", "node1", 1, { recording: { id: "r", since: 1 } }),
    terminal("c", "node1", 4, { status: "connecting" }),
    terminal("d", "node3", 2, { status: "closed", exitCode: 0 }),
  ];
  expect(openSessions(Object.fromEntries(all.map((each) => [each.id, each])))).toEqual({
    count: 3,
    recorded: 1,
    devices: [
      { device: "node1", count: 2 },
      { device: "node2", count: 1 },
    ],
  });
  expect(openSessions({})).toEqual({ count: 0, recorded: 0, devices: [] });
});
