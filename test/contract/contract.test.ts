/** One suite over every transport: whatever carries the contract, it behaves the same. */
import { afterAll, beforeAll, describe, it } from "vitest";
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
