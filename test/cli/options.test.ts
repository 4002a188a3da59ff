/** Where the profile and the home are when nothing is said, or something that is no answer. */
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { defaultProfileDir, homeDir, hostDeps } from "../../electron/host-options.ts";

afterEach(() => vi.unstubAllEnvs());

test.runIf(process.platform === "linux").each(["", "relative", "./x"])("HOME=%j is no home", (home) => {
  vi.stubEnv("HOME", home);
  const own = userInfo().homedir;
  expect(homeDir()).toBe(own);
  for (const config of ["", "relative"]) {
    vi.stubEnv("XDG_CONFIG_HOME", config);
    expect(defaultProfileDir({ XDG_CONFIG_HOME: config })).toBe(join(own, ".config", "halfrack"));
  }
});

test("a profile named by a relative path is told whole", () => {
  expect(hostDeps("cli", { profile: "here" })).toMatchObject({ profileDir: join(process.cwd(), "here") });
});
