/** What was odd in the tools' output reaches the admin: counted, and one click away with the line it was read from. */
import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestLab, whyNoTestLab } from "../lab/lab.ts";
import { expect, expectAccessible, test } from "./app.ts";
import { planTable } from "./practice-page.ts";

test("a line that was not understood is told with its text", async ({ halfrack }) => {
  const reason = whyNoTestLab();
  test.skip(reason !== "", reason);
  const lab = await startTestLab();
  try {
    // The real iblinkinfo, and after it a line that none of its versions prints.
    await mkdir(join(lab.dir, "genuine"));
    await symlink("../fabric-tool", join(lab.dir, "genuine", "iblinkinfo"));
    const tool = join(lab.dir, "bin", "iblinkinfo");
    await rm(tool);
    await writeFile(
      tool,
      `#!/bin/sh\n${join(lab.dir, "genuine", "iblinkinfo")} "$@"\nstatus=$?\necho '0x77 <b>firmware rebooting</b>'\nexit $status\n`,
    );
    await chmod(tool, 0o755);
    await writeFile(join(halfrack.profileDir, "known_hosts"), await readFile(lab.knownHosts, "utf8"), {
      mode: 0o600,
    });
    const page = await halfrack.open({ lab: lab.labFile });
    const table = planTable(page);
    const problems = table.getByRole("region", { name: "Problems of the observation" });
    await expect(problems.getByRole("button")).toHaveText(/^1 problem in what the fabric's tools said/);
    await expect(table).toContainText("5 of 5 cables as planned");
    await expect(problems.getByRole("listitem")).toHaveCount(0);
    await problems.getByRole("button").click();
    const told = problems.getByRole("listitem");
    await expect(told).toHaveCount(1);
    await expect(told).toContainText("A line was not understood");
    await expect(told).toContainText(/iblinkinfo.*, line \d+/);
    await expect(told.locator("code")).toHaveText("0x77 <b>firmware rebooting</b>");
    await expectAccessible(page);
    await halfrack.screenshot(page, "rack-problems");
  } finally {
    await lab.stop();
  }
});
