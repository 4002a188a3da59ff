/** What SSH asks the admin, against real OpenSSH and, for passwords and prompts, ssh2's server. */
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { appendFile, readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import ssh2 from "ssh2";
import type { Device, Lab } from "../../electron/contract/lab.ts";
import { generateKey, type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { expect, expectAccessible, type Halfrack, test } from "./app.ts";
import { dialog, fromPalette, writeLab } from "./lab-files.ts";

const quiet = { pollIntervalMs: 600_000, terminalScreenReader: true } as const;
const passphrase = "s3cret-passphrase";

function lab(devices: readonly Device[]): Lab {
  return { halfrack: 1, name: "SSH lab", racks: [], devices: [...devices], cables: [] };
}

/** A server that keeps what it was given, so that a test sees what reached it. */
async function startAsking(asks: "password" | "keyboard-interactive") {
  const hostKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs1",
    format: "pem",
  });
  const given: string[] = [];
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      if (context.method === "password" && asks === "password") {
        given.push(context.password);
        return context.password === "right" ? context.accept() : context.reject([asks]);
      }
      if (context.method === "keyboard-interactive" && asks === "keyboard-interactive") {
        const prompts = [
          { prompt: "Token <b>code</b>: ", echo: true },
          { prompt: "PIN: ", echo: false },
        ];
        return context.prompt(prompts, "Second factor", "Look at the <i>token</i>", (answers) => {
          given.push(...answers);
          if (answers.join() === "123456,right") context.accept();
          else context.reject([asks]);
        });
      }
      context.reject([asks]);
    });
    client.on("ready", () => {
      client.on("session", (accept) => {
        const session = accept();
        session.on("pty", (yes) => yes());
        session.on("shell", (yes) => {
          const shell = yes();
          shell.write("welcome-in$ ");
          shell.on("data", (data: Buffer) => {
            given.push(`shell:${data.toString()}`);
            shell.write(data);
          });
        });
        session.on("exec", (yes) => {
          const channel = yes();
          channel.exit(127);
          channel.end();
        });
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { given, port, [Symbol.dispose]: () => server.close() };
}

async function trust(halfrack: Halfrack, sshd: Sshd): Promise<void> {
  const lines = sshd.hostKeys.map((key) => `[${sshd.host}]:${sshd.port} ${key}\n`).join("");
  await appendFile(join(halfrack.homeDir, ".ssh", "known_hosts"), lines, { mode: 0o600 });
}

const terminal = (page: Page, device: string) => page.getByRole("region", { name: `Terminal ${device}`, exact: true });

/** Nothing the admin typed as a secret is left anywhere in the page. */
async function expectForgotten(page: Page, ...secrets: readonly string[]): Promise<void> {
  const held = await page.evaluate(() => [
    document.documentElement.outerHTML,
    ...[...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value),
    JSON.stringify({ ...localStorage, ...sessionStorage }),
  ]);
  for (const secret of secrets) expect(held.filter((text) => text.includes(secret))).toEqual([]);
}

async function trustOffered(page: Page, device: string): Promise<void> {
  const asking = dialog(page, `Is this ${device}?`);
  await asking.getByRole("button", { name: "Trust this key and connect" }).click();
  await expect(asking).toBeHidden();
}

test("a new key is shown, a wrong password is asked for again, and no password stays", async ({ halfrack }) => {
  using server = await startAsking("password");
  const ssh = { host: "127.0.0.1", port: server.port, user: "admin" };
  const file = await writeLab(halfrack, lab([{ name: "box", type: "generic-desktop", ssh }]));
  const page = await halfrack.open({ lab: file, settings: quiet });
  const newKey = dialog(page, "Is this box?");
  await expect(newKey).toContainText("SHA256:");
  await expectAccessible(page);
  await halfrack.screenshot(page, "ssh-new-key");
  await trustOffered(page, "box");

  const asking = dialog(page, "Password: box");
  await asking.getByRole("textbox").fill("wrong-secret");
  await asking.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(asking).toContainText("The last answer was not accepted.");
  await expect(asking.getByRole("textbox")).toHaveValue("");
  await expectForgotten(page, "wrong-secret");
  await expectAccessible(page);
  await halfrack.screenshot(page, "ssh-password");
  await asking.getByRole("textbox").fill("right");
  await asking.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(asking).toBeHidden();
  expect(server.given).toEqual(["wrong-secret", "right"]);

  await fromPalette(page, "Open a terminal on box");
  await expect(terminal(page, "box")).toContainText("welcome-in$");
  await expectForgotten(page, "wrong-secret");
});

test("a server's own prompts are text; dismissed they leave the device refused, and connecting again asks again", async ({
  halfrack,
}) => {
  using server = await startAsking("keyboard-interactive");
  const ssh = { host: "127.0.0.1", port: server.port, user: "admin" };
  const file = await writeLab(halfrack, lab([{ name: "box", type: "generic-desktop", ssh }]));
  const page = await halfrack.open({ lab: file, settings: quiet });
  await trustOffered(page, "box");
  const asking = dialog(page, "The server asks: box");
  await expect(asking).toContainText("Look at the <i>token</i>");
  await expect(asking.getByText("Token <b>code</b>:")).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "ssh-prompts");
  await asking.getByRole("button", { name: "Do not connect" }).click();
  await expect(asking).toBeHidden();
  await fromPalette(page, "box");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector).toContainText("dismissed");
  await halfrack.screenshot(page, "ssh-dismissed");

  await fromPalette(page, "Connect box again");
  await asking.getByRole("textbox", { name: /Token/ }).fill("123456");
  await asking.getByRole("textbox", { name: "PIN" }).fill("right");
  await asking.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(asking).toBeHidden();
  await fromPalette(page, "Open a terminal on box");
  await expect(terminal(page, "box")).toContainText("welcome-in$");
  expect(server.given).toEqual(["123456", "right"]);
});

test("a question waits while the palette is open, and has the keyboard once it is closed", async ({ halfrack }) => {
  using server = await startAsking("password");
  const ssh = { host: "127.0.0.1", port: server.port, user: "admin" };
  const file = await writeLab(halfrack, lab([{ name: "asks", type: "generic-desktop", ssh }]));
  const page = await halfrack.open({ lab: file, settings: quiet });
  await trustOffered(page, "asks");
  await dialog(page, "Password: asks").getByRole("button", { name: "Do not connect" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+Shift+K");
  const search = page.getByRole("textbox", { name: "Go to a device or run an action" });
  await expect(search).toBeFocused();

  const other = await page.context().newPage();
  await other.goto(new URL("/", page.url()).href);
  await fromPalette(other, "Connect asks again");
  await page.bringToFront();
  await expect(page.locator(".hr-asking")).toContainText("asks asks for a password");
  await expect(search).toBeFocused();
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(dialog(page, "Password: asks").getByRole("textbox")).toBeFocused();
});

test.describe("against OpenSSH", () => {
  test.skip(whyNoSshd !== "", whyNoSshd);

  test("two questions wait for each other, and a passphrase is asked for until it fits", async ({ halfrack }) => {
    await using sshd = await startSshd();
    const identityFile = join(sshd.dir, "locked");
    await generateKey(identityFile, "ed25519", { passphrase });
    await appendFile(join(sshd.dir, "authorized_keys"), await readFile(`${identityFile}.pub`));
    await using other = await startSshd();
    const file = await writeLab(
      halfrack,
      lab([
        { name: "locked", type: "generic-desktop", ssh: { host: sshd.host, port: sshd.port, identityFile } },
        {
          name: "open",
          type: "generic-desktop",
          ssh: { host: other.host, port: other.port, identityFile: other.identity },
        },
      ]),
    );
    const page = await halfrack.open({ lab: file, settings: quiet });
    const first = page.getByRole("dialog", { name: /^Is this / });
    await expect(first).toHaveCount(1);
    const name = (await first.getByRole("heading").first().textContent()) ?? "";
    const [device, next] = name.includes("locked") ? ["locked", "open"] : ["open", "locked"];
    await trustOffered(page, device);
    await trustOffered(page, next);
    const asking = dialog(page, "Passphrase of a key: locked");
    await expect(asking).toContainText(identityFile);
    await asking.getByRole("textbox").fill("nearly");
    await asking.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(asking).toContainText("The last answer was not accepted.");
    await asking.getByRole("textbox").fill(passphrase);
    await asking.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(asking).toBeHidden();
    await expectForgotten(page, passphrase);
    await fromPalette(page, "Open a terminal on locked");
    await expect(terminal(page, "locked")).toContainText(/[#$] /);
  });

  test("what is typed into a terminal never answers a question that comes meanwhile", async ({ halfrack }) => {
    await using sshd = await startSshd();
    await trust(halfrack, sshd);
    using server = await startAsking("password");
    const file = await writeLab(
      halfrack,
      lab([
        {
          name: "shell",
          type: "generic-desktop",
          ssh: { host: sshd.host, port: sshd.port, identityFile: sshd.identity },
        },
        { name: "asks", type: "generic-desktop", ssh: { host: "127.0.0.1", port: server.port, user: "admin" } },
      ]),
    );
    const page = await halfrack.open({ lab: file, settings: quiet });
    await trustOffered(page, "asks");
    await dialog(page, "Password: asks").getByRole("button", { name: "Do not connect" }).click();
    await fromPalette(page, "Open a terminal on shell");
    await expect(terminal(page, "shell")).toContainText(/[#$] /);
    await expect(terminal(page, "shell").getByRole("textbox")).toBeFocused();
    await page.keyboard.type("echo be''fore\n");

    const other = await page.context().newPage();
    await other.goto(new URL("/", page.url()).href);
    await fromPalette(other, "Connect asks again");
    await page.bringToFront();
    const bar = page.getByRole("region", { name: "SSH asks" });
    await expect(bar).toContainText("asks asks for a password");
    await page.keyboard.type("echo af''ter\n \n");
    await expect(terminal(page, "shell")).toContainText("after");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(bar).toBeVisible();
    expect(server.given).toEqual([]);
    await expectAccessible(page);
    await halfrack.screenshot(page, "ssh-bar");

    await bar.getByRole("button", { name: "Answer…" }).click();
    await dialog(page, "Password: asks").getByRole("textbox").fill("right");
    await dialog(page, "Password: asks").getByRole("button", { name: "Connect", exact: true }).click();
    await expect(bar).toBeHidden();
    await expect(terminal(page, "shell").getByRole("textbox")).toBeFocused();
    await expect.poll(() => server.given).toEqual(["right"]);
  });

  test("a changed key is refused, can be compared later, and is replaced only on purpose", async ({ halfrack }) => {
    await using sshd = await startSshd();
    const ssh = { host: sshd.host, port: sshd.port, identityFile: sshd.identity };
    const file = await writeLab(halfrack, lab([{ name: "box", type: "generic-desktop", ssh }]));
    const page = await halfrack.open({ lab: file, settings: quiet });
    await trustOffered(page, "box");
    await fromPalette(page, "box");
    await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("connected");
    await sshd.kill();
    await sshd.start({ newHostKeys: true });
    await fromPalette(page, "Open a terminal on box");
    const refusal = dialog(page, "Refused: the host key of box has changed");
    await expect(refusal.getByRole("button", { name: "Keep refusing" })).toBeFocused();
    await refusal.getByRole("button", { name: "Keep refusing" }).click();
    await expect(refusal).toBeHidden();
    await page
      .getByRole("complementary", { name: "Inspector" })
      .getByRole("button", { name: "Compare the keys" })
      .click();
    await refusal.getByRole("button", { name: "Keep refusing" }).click();
    await expect(refusal).toBeHidden();
    await fromPalette(page, "Compare the host keys of box");
    await expectAccessible(page);
    await halfrack.screenshot(page, "ssh-changed-key");
    const replace = refusal.getByRole("button", { name: "Replace the recorded key and connect" });
    await expect(replace).toBeDisabled();
    const offered = await refusal
      .getByRole("region", { name: "Offered now" })
      .getByText(/^SHA256:/)
      .textContent();
    const wanted = offered?.slice(-6) ?? "";
    expect(wanted).toHaveLength(6);
    const tail = await refusal.getByText(wanted, { exact: true }).boundingBox();
    expect(tail?.height).toBeLessThan(24);
    await refusal.getByRole("textbox").fill("------");
    await expect(refusal.getByText("The offered fingerprint ends otherwise")).toBeVisible();
    await expect(replace).toBeDisabled();
    await refusal.getByRole("textbox").fill(wanted);
    await replace.click();
    await expect(refusal).toBeHidden();
    await fromPalette(page, "Open a terminal on box");
    await expect(terminal(page, "box (2)")).toContainText(/[#$] /);
  });
});
