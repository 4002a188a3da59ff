import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AckStepper, ackStep } from "../../renderer/terminal/flow.ts";
import { firstPiece, InputQueue } from "../../renderer/terminal/input-queue.ts";

describe("AckStepper", () => {
  it("acknowledges after each step, and the rest once output pauses", () => {
    const stepper = new AckStepper();
    expect(stepper.take(0, "x".repeat(ackStep))).toHaveLength(ackStep);
    expect(stepper.drew(ackStep - 1)).toBeNull();
    expect(stepper.drew(ackStep)).toBe(ackStep);
    expect(stepper.settle()).toBeNull();
    stepper.take(ackStep, "abc");
    expect(stepper.drew(ackStep + 3)).toBeNull();
    expect(stepper.settle()).toBe(ackStep + 3);
  });

  it("draws what is repeated only once", () => {
    const stepper = new AckStepper();
    expect(stepper.take(0, "abcd")).toBe("abcd");
    expect(stepper.take(0, "abcd")).toBe("");
    expect(stepper.take(2, "cdef")).toBe("ef");
    expect(stepper.received).toBe(6);
  });

  it("starts over where it is told", () => {
    const stepper = new AckStepper();
    stepper.take(0, "abcd");
    stepper.restart(100);
    expect(stepper.take(100, "xy")).toBe("xy");
    expect(stepper.drew(102)).toBeNull();
    expect(stepper.settle()).toBe(102);
  });

  it("never acknowledges what was not received, never goes back, and draws every code unit once", () => {
    const chunks = fc.array(fc.record({ back: fc.nat(20), length: fc.nat(3 * ackStep) }), { maxLength: 30 });
    fc.assert(
      fc.property(chunks, (list) => {
        const stepper = new AckStepper();
        let drawn = 0;
        let last = 0;
        for (const { back, length } of list) {
          const offset = Math.max(0, stepper.received - back);
          drawn += stepper.take(offset, "x".repeat(length)).length;
          const acknowledged = stepper.drew(stepper.received);
          if (acknowledged === null) continue;
          expect(acknowledged).toBeGreaterThan(last);
          expect(acknowledged).toBeLessThanOrEqual(stepper.received);
          last = acknowledged;
        }
        expect(drawn).toBe(stepper.received);
        expect(stepper.settle() ?? last).toBe(stepper.received);
      }),
      { numRuns: 30 },
    );
  });
});

describe("InputQueue", () => {
  it("keeps the order and sends together what was typed during a call", async () => {
    const calls: string[] = [];
    const waiting: (() => void)[] = [];
    const queue = new InputQueue(
      (data) => {
        calls.push(data);
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
      (error) => expect.unreachable(String(error)),
    );
    queue.push("a");
    queue.push("b");
    queue.push("c");
    expect(calls).toEqual(["a"]);
    waiting.shift()?.();
    await expect.poll(() => calls).toEqual(["a", "bc"]);
  });

  it("tells once of a refusal, drops what waited behind it, and goes on", async () => {
    const refused: unknown[] = [];
    const calls: string[] = [];
    const queue = new InputQueue(
      async (data) => {
        calls.push(data);
        if (data === "a") throw new Error("closed");
      },
      (error) => refused.push(error),
    );
    queue.push("a");
    queue.push("lost");
    await expect.poll(() => refused.length).toBe(1);
    queue.push("b");
    await expect.poll(() => calls).toEqual(["a", "b"]);
  });

  it("cuts a long text into pieces that split no character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 2, max: 5 }), (text, length) => {
        const pieces: string[] = [];
        for (let rest = text; rest !== ""; ) {
          const piece = firstPiece(rest, length);
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.isWellFormed()).toBe(true);
          pieces.push(piece);
          rest = rest.slice(piece.length);
        }
        expect(pieces.join("")).toBe(text);
      }),
    );
  });
});
