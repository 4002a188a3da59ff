import { describe, expect, it } from "vitest";
import { firstDestructive, looksDestructive } from "../../renderer/terminal/caution.ts";
import { typedLine } from "../../renderer/terminal/typed-line.ts";

describe("looksDestructive", () => {
  it.each([
    "rm -rf /var/tmp/x",
    "[root@node1 ~]# rm -r -f data",
    "sudo rm --recursive -f x",
    "dd if=/dev/zero of=/dev/sdb bs=1M",
    "mkfs.xfs /dev/sdb1",
    "wipefs -a /dev/sdb",
    "shutdown -h now",
    "reboot",
    "init 6",
    "ipmitool -H bmc1 power cycle",
    "systemctl stop opensm",
    "killall -9 opensm",
    "ip link set ib0 down",
    "iptables -F",
    "echo x > /dev/sda",
    "ibportstate 5 3 disable",
    "flint -d mt4099 -y b",
    "chown -R nobody /srv",
    "sw1 [standalone: master] # reload",
  ])("asks before %j", (line) => {
    expect(looksDestructive(line)).not.toBeNull();
  });

  it.each([
    "ls -la /root",
    "ibstat mlx4_0 1",
    "cat /etc/fstab",
    "grep -r reloaded .",
    "echo hello",
    "dmesg | grep -i pcie",
    "systemctl status opensm",
    "ip link show",
    "ipmitool power status",
    "rmdir empty",
    "ps aux",
  ])("lets %j pass", (line) => {
    expect(looksDestructive(line)).toBeNull();
  });

  it("finds the line in a text", () => {
    expect(firstDestructive("cd /tmp\r\nrm -rf build\nls")).toEqual({
      line: "rm -rf build",
      what: "removes files (rm)",
    });
    expect(firstDestructive("cd /tmp\nls")).toBeNull();
  });
});

describe("typedLine", () => {
  it("follows typing and corrections", () => {
    expect([..."rm -rg\u007ff x"].reduce(typedLine, "")).toBe("rm -rf x");
    expect(typedLine("half", "\u0003")).toBe("");
    expect(typedLine("half", "\u0015new")).toBe("new");
  });

  it("gives up on keys that recall or move, and stays short", () => {
    expect(typedLine("half", "\u001b[A")).toBe("");
    expect(typedLine("x".repeat(1999), "yyy")).toHaveLength(2000);
  });
});
