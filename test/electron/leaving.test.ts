/** Closing, reloading and quitting while a page holds changes: asked once, kept or lost as the admin says. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createLeaving } from "../../electron/leaving.ts";
import { type StandIn, standIn, type WebContentsStandIn } from "./stand-in.ts";

let electron: StandIn;
let contents: WebContentsStandIn;

beforeEach(() => {
  electron = standIn();
  const ask = createLeaving(electron.module);
  ask(new electron.module.BrowserWindow());
  const [window] = electron.windows;
  if (!window) throw new Error("no window");
  contents = window.webContents;
});

const windows = () => electron.module.BrowserWindow.getAllWindows().length;
const choose = (label: string) => {
  electron.answer = (_message, buttons) => buttons.indexOf(label);
};
const answered = () => vi.waitFor(() => expect(electron.messages).toEqual(["Leave with changes that are not saved?"]));

const ways = [
  { way: "closed", leave: () => electron.close(0), left: () => windows() === 0 },
  { way: "reloaded", leave: () => contents.reload(), left: () => contents.loads === 2 && windows() === 1 },
  { way: "quit", leave: () => electron.quit(), left: () => windows() === 0 },
];

describe.each(ways)("a window that is $way", ({ leave, left }) => {
  it("asks nothing without changes", () => {
    leave();
    expect(left()).toBe(true);
    expect(electron.messages).toEqual([]);
  });

  it("stays when the changes are kept, and asks again the next time", async () => {
    contents.holdsBack = true;
    choose("Keep editing");
    leave();
    await answered();
    expect(left()).toBe(false);
    leave();
    await vi.waitFor(() => expect(electron.messages).toHaveLength(2));
    expect(left()).toBe(false);
  });

  it("goes the same way when the changes are discarded", async () => {
    contents.holdsBack = true;
    choose("Leave");
    leave();
    await vi.waitFor(() => expect(left()).toBe(true));
    expect(electron.messages).toEqual(["Leave with changes that are not saved?"]);
  });
});

it("a quit that was called off is forgotten: what comes later is only what it is", async () => {
  contents.holdsBack = true;
  choose("Keep editing");
  electron.quit();
  await answered();
  choose("Leave");
  contents.reload();
  await vi.waitFor(() => expect(contents.loads).toBe(2));
  expect(windows()).toBe(1);
  // Left once is not left for good.
  contents.holdsBack = true;
  choose("Keep editing");
  contents.reload();
  await vi.waitFor(() => expect(electron.messages).toHaveLength(3));
  expect(contents.loads).toBe(2);
});

it("one question at a time, however often the window is closed", async () => {
  contents.holdsBack = true;
  choose("Keep editing");
  electron.close(0);
  electron.close(0);
  await answered();
  expect(electron.messages).toHaveLength(1);
});
