/** A lab of which nothing answers: told once, and not as if something were still to come. */
import { expect, test } from "./app.ts";
import { fromPalette, smallLab, writeLab } from "./lab-files.ts";

test("a switch that nobody reaches says so once, and the frame does not wait for ever", async ({ halfrack }) => {
  // Nothing listens on port 1.
  const ssh = { host: "127.0.0.1", port: 1, user: "admin" };
  const devices = smallLab.devices.map((each) => (each.name === "sw1" ? { ...each, ssh } : each));
  const page = await halfrack.open({ lab: await writeLab(halfrack, { ...smallLab, devices }) });
  await expect(page.getByRole("banner")).toContainText("no device answered yet");
  await fromPalette(page, "sw1");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByText("Its command line has not answered yet.")).toBeVisible();
  await expect(inspector.getByRole("alert")).toHaveCount(1);
  await expect(inspector.getByText("admin@127.0.0.1")).toHaveCount(1);
  await expect(inspector).toContainText(/not reachable\s*(for|since just now)/);
  await halfrack.screenshot(page, "rack-unreachable");
});
