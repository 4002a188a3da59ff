import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/e2e/**", "test/bench/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real servers on a shared CI machine: a second look tells a slow moment from a fault.
    retry: process.env.CI ? 1 : 0,
  },
});
