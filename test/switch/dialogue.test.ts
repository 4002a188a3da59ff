/** The dialogue with the switch: what ends an answer, what does not, and that neither chunks nor garbage change that. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { Dialogue, type DialogueEvent } from "../../electron/switch/dialogue.ts";
import { pagerReply, readPrompt, readQuestion } from "../../electron/switch/prompt.ts";
import { Screen } from "../../electron/switch/screen.ts";
import { fixture } from "../fabric/fixtures.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const operator = "switch-c0ffe0 [standalone: master] > ";
const enabled = "switch-c0ffe0 [standalone: master] # ";

/** A dialogue past its greeting and one command, so that the host is known. */
function begun(): Dialogue {
  const dialogue = new Dialogue();
  dialogue.feed(encode(`Mellanox MLNX-OS Switch Management\r\n\r\nMellanox Switch\r\n\r\n${operator}`));
  dialogue.typed("no cli session paging enable");
  dialogue.feed(encode(`no cli session paging enable\r\n${operator}`));
  return dialogue;
}

const answerOf = (events: readonly DialogueEvent[]) => {
  const [event, ...more] = events;
  expect(more).toEqual([]);
  return event?.kind === "answer" ? event.answer : event;
};

describe("prompts", () => {
  it.each([
    ["switch-c0ffe0 [standalone: master] > ", "operator", ""],
    ["switch-c0ffe0 [standalone: master] # ", "enabled", ""],
    ["switch-c0ffe0 [standalone: master] (config) # ", "configure", "config"],
    ["switch-c0ffe0 [standalone: master] (config interface ib 1/1) # ", "configure", "config interface ib 1/1"],
    ["switch-c0ffe0 [standalone: unknown] >", "operator", ""],
    ["sw1 [cube-cluster: standby] > ", "operator", ""],
    ["CLI > ", "operator", ""],
    ["CLI (config) # ", "configure", "config"],
  ])("%s", (line, mode, context) => {
    expect(readPrompt(line)).toMatchObject({ mode, context });
  });

  it.each([
    "Installing [##########          ] # ",
    "Image [####: ##] 40%",
    "################################",
    "switch-c0ffe0 [standalone: master] > show version",
    " switch-c0ffe0 [standalone: master] > ",
    "Description : sw [standalone: master] > ",
    "> ",
    "# ",
    `${"x".repeat(300)} [standalone: master] > `,
  ])("%s is none", (line) => {
    expect(readPrompt(line)).toBeNull();
  });

  it("the pager waits for a blank, at the end for q", () => {
    expect(["lines 183-204 ", "lines 1-23/80 28% ", "lines 183-204 (END)", "lines 1-2"].map(pagerReply)).toEqual([
      " ",
      " ",
      "q",
      null,
    ]);
  });

  it("questions for a person are told apart", () => {
    expect(
      [
        "Do you want to use the wizard for initial configuration? ",
        "Password: ",
        "New password for 'admin' account must be typed, please enter new password: ",
        "sshd: bad password: ",
        "Type 'yes' to confirm: ",
        "Uptime: ",
      ].map(readQuestion),
    ).toEqual(["wizard", "password", null, null, "confirmation", null]);
  });
});

describe("the screen", () => {
  it("draws carriage returns, backspaces and erasing as a terminal does, and drops all other sequences", () => {
    const screen = new Screen();
    expect(screen.feed("12%\r34%\r\x1b[Kdone\r\nab\b\bcd\r\n\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\r\n")).toEqual([
      "done",
      "cd",
      "red x",
    ]);
    expect(screen.feed("lines 1-2 \r\x1b[K")).toEqual([]);
    expect(screen.tail).toBe("");
  });

  it("a sequence may be cut anywhere, and an endless one holds nothing back for long", () => {
    const screen = new Screen();
    screen.feed("a\x1b");
    screen.feed("[3");
    expect([screen.tail, screen.feed("1mb\n")]).toEqual(["a", ["ab"]]);
    screen.feed(`\x1b]${"x".repeat(10_000)}`);
    expect(screen.tail.length).toBeGreaterThan(9000 - 1200);
  });
});

describe("a command", () => {
  it("is over at the prompt after its own echo; the echo is no part of the answer", () => {
    const dialogue = begun();
    dialogue.typed("show ports type");
    expect(dialogue.feed(encode("show ports type\r\n"))).toEqual([]);
    expect(answerOf(dialogue.feed(encode(`InfiniBand: 1/1 1/2 \r\n${operator}`)))).toEqual({
      text: "InfiniBand: 1/1 1/2\n",
      refused: null,
      prompt: { host: "switch-c0ffe0", role: "standalone: master", mode: "operator", context: "" },
    });
    expect(dialogue.waiting).toBe(false);
  });

  it("is not ended by a prompt that came before it was echoed", () => {
    const dialogue = begun();
    dialogue.typed("show ib sm");
    expect(dialogue.feed(encode(`\r\nSystem going down\r\n${operator}`))).toEqual([]);
    expect(answerOf(dialogue.feed(encode(`show ib sm\r\nenable\r\n${operator}`)))).toMatchObject({ text: "enable\n" });
  });

  it("is not ended by another host's prompt or a progress bar in its output", () => {
    const dialogue = begun();
    dialogue.typed("show log");
    expect(dialogue.feed(encode("show log\r\nother [standalone: master] # "))).toEqual([]);
    expect(dialogue.feed(encode("\r\n[###    ] 30% #"))).toEqual([]);
    expect(answerOf(dialogue.feed(encode(`\r[#######] 100% #\r\n${operator}`)))).toMatchObject({
      text: "other [standalone: master] #\n[#######] 100% #\n",
    });
  });

  it("takes a cluster's change of role and a new mode for its prompt", () => {
    const dialogue = begun();
    dialogue.typed("enable");
    expect(answerOf(dialogue.feed(encode("enable\r\nswitch-c0ffe0 [cube: standby] # ")))).toMatchObject({
      prompt: { role: "cube: standby", mode: "enabled" },
    });
  });

  it("gives the lines that begin with % as its refusal, and the whole text", () => {
    const dialogue = begun();
    dialogue.typed("show interfaces ib 1/1 transceiver");
    const text = fixture("synthetic/mlnxos_unrecognized.txt");
    const bytes = encode(`show interfaces ib 1/1 transceiver\r\n${text.replaceAll("\n", "\r\n")}${operator}`);
    expect(answerOf(dialogue.feed(bytes))).toMatchObject({
      text,
      refused: 'Unrecognized command "transceiver".\nType "show interfaces ib 1/1?" for help.',
    });
  });

  it("tells of each full page once; what the pager drew is no part of the answer, erased or not", () => {
    const dialogue = begun();
    dialogue.typed("show log");
    expect(dialogue.feed(encode("show log\r\none\r\ntwo\r\nlines 1-2 "))).toEqual([{ kind: "pager", reply: " " }]);
    expect(dialogue.feed(encode(""))).toEqual([]);
    expect(dialogue.feed(encode("\r\x1b[Kthree\r\nfour\r\nlines 3-4 "))).toEqual([{ kind: "pager", reply: " " }]);
    expect(dialogue.feed(encode("five\r\nlines 5-5 (END)"))).toEqual([{ kind: "pager", reply: "q" }]);
    expect(answerOf(dialogue.feed(encode(`\r\x1b[K${operator}`)))).toMatchObject({
      text: "one\ntwo\nthree\nfour\nfive\n",
    });
  });

  it("whose echo the switch writes in its own way is over once nothing comes any more", () => {
    const dialogue = begun();
    dialogue.typed("show version");
    expect(dialogue.feed(encode(`show vers<TAB>\r\nProduct name: MLNX-OS\r\n${operator}`))).toEqual([]);
    expect(answerOf(dialogue.settled())).toMatchObject({ text: "Product name: MLNX-OS\n" });
    expect(dialogue.settled()).toEqual([]);
  });

  it("that asks for a password says so once, and is over when the secret was taken", () => {
    const dialogue = begun();
    dialogue.typed("enable");
    const asked = { kind: "question", question: "password", text: "Password: " };
    expect(dialogue.feed(encode("enable\r\nPassword: "))).toEqual([asked]);
    dialogue.typedSecret();
    expect(dialogue.feed(encode("\r\n"))).toEqual([]);
    expect(answerOf(dialogue.feed(encode(enabled)))).toMatchObject({ prompt: { mode: "enabled" } });
  });

  it("does not take half a line of a log for a question", () => {
    const dialogue = begun();
    dialogue.typed("show log");
    expect(dialogue.feed(encode("show log\r\nsshd: bad password: "))).toEqual([]);
  });

  it("that never ends is given up, and nothing of it is kept", () => {
    const dialogue = begun();
    dialogue.typed("show log");
    dialogue.feed(encode("show log\r\n"));
    const piece = encode("x".repeat(1000).concat("\r\n").repeat(100));
    const events: DialogueEvent[] = [];
    for (let size = 0; size < 10_000_000; size += piece.length) events.push(...dialogue.feed(piece));
    expect(events).toEqual([{ kind: "flood" }]);
    expect(dialogue.recent.length).toBeLessThan(2001);
  });
});

test("the greeting tells of the wizard of a reset switch", () => {
  const dialogue = new Dialogue();
  expect(
    dialogue.feed(
      encode(
        "Mellanox Switch\r\n\r\nMellanox configuration wizard\r\n\r\nDo you want to use the wizard for initial configuration? ",
      ),
    ),
  ).toMatchObject([{ kind: "question", question: "wizard" }]);
});

/** Screens as the switch prints them, and lines of anything. */
const screens = ["show_version", "show_fan", "show_temperature", "show_interfaces_ib", "show_inventory_3.2"].map(
  (name) => fixture(`synthetic/mlnxos_${name}.txt`),
);
const output = fc.oneof(
  fc.constantFrom(...screens),
  fc
    .array(fc.string({ unit: "grapheme", maxLength: 120 }).filter((line) => !/[\r\n\x1b\x00-\x1f\x7f-\x9f]/.test(line)))
    .map((lines) => lines.map((line) => `${line}\n`).join("")),
);

/** Cuts bytes at the given places, also within characters. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length].map((end, index) => bytes.slice(index === 0 ? 0 : at[index - 1], end));
}

test("however the bytes are cut, the answers are the same", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(output, fc.array(fc.nat(), { maxLength: 40 })), { maxLength: 4 }), (commands) => {
      const dialogue = begun();
      for (const [text, places] of commands) {
        dialogue.typed("show it");
        const bytes = encode(`show it\r\n${text.replaceAll("\n", "\r\n")}${operator}`);
        const events = cut(bytes, places).flatMap((chunk) => dialogue.feed(chunk));
        const lines = text.split("\n").map((line) => line.trimEnd());
        expect(answerOf(events.filter(({ kind }) => kind !== "pager"))).toMatchObject({ text: lines.join("\n") });
      }
    }),
  );
});

test("garbage never throws and is never more than one answer", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), fc.string(), (chunks, command) => {
      const dialogue = new Dialogue();
      dialogue.typed(command);
      const events = chunks.flatMap((chunk) => [...dialogue.feed(chunk), ...dialogue.settled()]);
      expect(events.filter(({ kind }) => kind === "answer").length).toBeLessThanOrEqual(1);
    }),
  );
});

test("sequences in hostile text reach nobody", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("\x1b", "[", "]", "K", "J", "2", ";", "\r", "\b", "a", "\n", "\x07") }),
      (text) => {
        const screen = new Screen();
        const lines = [...screen.feed(text), screen.tail];
        expect(lines.join("")).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/);
      },
    ),
  );
});
