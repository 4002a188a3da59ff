/** One suite over every transport: whatever carries the contract, it behaves the same. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { contractChecks, type Opened } from "./suite.ts";
import { testApp, transports } from "./transports.ts";

describe.each(transports)("the contract over $name", ({ open }) => {
  let app: Awaited<ReturnType<typeof testApp>>;
  let opened: Opened & { close(): Promise<void> };

  beforeAll(async () => {
    app = await testApp();
    opened = await open(app);
  });
  afterAll(async () => {
    await opened.close();
    await app[Symbol.asyncDispose]();
  });

  it.each(contractChecks)("$name", ({ run }) => run(opened));
});

it("tells what was under way when the connection was cut as such", async () => {
  const webSocket = transports.find(({ name }) => name === "WebSocket");
  await using app = await testApp();
  const opened = await webSocket?.open(app);
  const watched = await opened?.client.lab.watch();
  await watched?.next();
  const next = watched?.next().catch((error: unknown) => faultOf(error).code);
  await opened?.close();
  expect(await next).toBe("app.connection-cut");
});
