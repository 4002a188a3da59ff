/** Owns how anything a call may fail with becomes a Fault, on whichever side of the contract it is caught. */
import * as z from "zod";
import { type Fault, FaultError, messageOf } from "./error.ts";
import { faultSchema } from "./fault-schema.ts";

const wireError = z.object({ code: z.string(), message: z.string().optional(), data: z.unknown().optional() });
const issue = z.object({ message: z.string(), path: z.array(z.unknown()).default([]) });
const issues = z.object({ issues: z.array(issue) });

/** Turns whatever was thrown or rejected into a Fault; never throws. */
export function faultOf(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  const wire = wireError.safeParse(error);
  if (wire.success) {
    const { code, message, data } = wire.data;
    const carried = faultSchema.safeParse(data);
    if (carried.success) return carried.data;
    if (code === "BAD_REQUEST") return invalidInput(data, message ?? "");
    if (code === "NOT_FOUND") {
      return {
        code: "method.unknown",
        title: "No such method",
        detail: message && message !== "Not Found" ? message : "The contract has no method of that name.",
        next: "List the methods with: npm run -s halfrack -- methods",
      };
    }
  }
  if (messageOf(error).startsWith("[AsyncIdQueue]")) return connectionCut;
  return {
    code: "internal",
    title: "Halfrack failed at its own work",
    detail: messageOf(error),
    next: "Try again; if it happens again, report it with the steps that led here.",
  };
}

/** As the contract's library tells it: what was under way when the connection was closed has no answer. */
const connectionCut: Fault = {
  code: "app.connection-cut",
  title: "Halfrack was gone before it answered",
  detail:
    "The connection between this window and Halfrack was cut, or Halfrack was ended. Whether this was done is not known.",
  next: "See whether it was done once the window is connected again; if Halfrack was ended, start it again and open the address it prints.",
};

function invalidInput(data: unknown, message: string): Fault {
  const parsed = issues.safeParse(data);
  const lines = parsed.success
    ? parsed.data.issues.map(({ path, message: text }) => `${path.map(String).join(".") || "input"}: ${text}`)
    : [message];
  return {
    code: "input.invalid",
    title: "The input does not fit the method",
    detail: lines.slice(0, 20).join("; "),
    next: "Correct the input and call again.",
  };
}
