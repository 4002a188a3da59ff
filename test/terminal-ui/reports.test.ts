import { Terminal } from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { clipboardText, isReport } from "../../renderer/terminal/reports.ts";

/** What xterm.js answers to a program's query. */
async function answersTo(query: string): Promise<string[]> {
  const term = new Terminal({ allowProposedApi: true });
  const answers: string[] = [];
  term.onData((data) => answers.push(data));
  await new Promise<void>((resolve) => term.write(query, resolve));
  term.dispose();
  return answers;
}

describe("isReport", () => {
  it.each([
    ["primary device attributes", "\u001b[c"],
    ["secondary device attributes", "\u001b[>c"],
    ["device status", "\u001b[5n"],
    ["cursor position", "\u001b[6n"],
    ["extended cursor position", "\u001b[?6n"],
    ["mode report", "\u001b[?2004$p"],
    ["cursor style", "\u001bP$q q\u001b\\"],
    ["graphic rendition", "\u001bP$qm\u001b\\"],
    ["several at once", "\u001b[c\u001b[6n"],
  ])("knows what xterm.js answers to: %s", async (_name, query) => {
    const answers = await answersTo(query);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter((answer) => !isReport(answer))).toEqual([]);
  });

  it("knows colour answers", () => {
    expect(isReport("\u001b]10;rgb:dddd/dddd/dddd\u001b\\")).toBe(true);
    expect(isReport("\u001b]4;1;rgb:dddd/dddd/dddd\u0007")).toBe(true);
  });

  it.each([
    "a",
    "\r",
    "\u001b",
    "\u001b[A",
    "\u001bOP",
    "\u001b[3~",
    "\u001b[15~",
    "\u001bb",
    "\u001b[200~x\u001b[201~",
    "\u001b[<0;3;4M",
    "\u0003",
    "c",
  ])("takes %j as typed", (keys) => {
    expect(isReport(keys)).toBe(false);
  });
});

describe("clipboardText", () => {
  it("reads a write", () => {
    expect(clipboardText(`c;${Buffer.from("häl✓").toString("base64")}`)).toBe("häl✓");
    expect(clipboardText(";aGk=")).toBe("hi");
  });

  it.each(["c;?", "c;", "?", "c;not base64!", "c;/////w==", `c;${"A".repeat(2_000_000)}`, ""])(
    "gives nothing for %.20j",
    (osc) => {
      expect(clipboardText(osc)).toBeNull();
    },
  );
});
