import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import type { HostOption } from "./app.ts";

const root = join(import.meta.dirname, "..", "..");

/** The same tests against both windows: the browser host in Chromium, and Electron where its runtime is installed. */
export default defineConfig<object, HostOption>({
  testDir: import.meta.dirname,
  testMatch: "*.spec.ts",
  globalSetup: "./build.setup.ts",
  outputDir: join(root, "test-results", "e2e"),
  forbidOnly: true,
  fullyParallel: false,
  workers: 2,
  // On a shared CI machine a second look tells a slow moment from a fault; what needed one is reported as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  // A continuous integration run of half an hour has the other checks and tests in it too.
  globalTimeout: 24 * 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  // Without the film of each test: to draw it takes twice the processor time of everything else that most tests do.
  use: { trace: { mode: "retain-on-failure", screenshots: false }, screenshot: "only-on-failure" },
  projects: [
    { name: "browser", use: { host: "browser" } },
    { name: "electron", use: { host: "electron" } },
  ],
});
