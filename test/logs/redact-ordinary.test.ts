/** What only looks like a name or a secret, in the words of the tools that write it; and the names that stand beside it. */
import { describe, expect, it } from "vitest";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { Redactor } from "../../electron/logs/redact/redactor.ts";

interface Lab {
  readonly hosts?: readonly string[];
  readonly users?: readonly string[];
  readonly path?: string;
}

function redacted(text: string, { hosts = [], users = [], path = "x" }: Lab = {}): string {
  const redactor = new Redactor({ rules: redactionRulesSchema.parse({}), map: null, hosts, users });
  redactor.learnText(text, path);
  const replacing = redactor.replacing(path);
  return Buffer.concat([replacing.push(Buffer.from(text)), replacing.end()]).toString();
}

describe("no host and no user", () => {
  // Linux: mlx4/eq.c and mlx5/core/pci_irq.c name their interrupts so.
  it("stands in the name of an interrupt: a device of the bus does", () => {
    const interrupts = `            CPU0       CPU1
  96:      17413          0   PCI-MSI-edge      mlx4-async@pci:0000:06:00.0
  97:        811          0  IR-PCI-MSI 524288-edge      mlx5_comp0@pci:0000:41:00.0
  98:          7          0  IR-PCI-MSI 524289-edge      mlx5_async0@pci:0000:41:00.1
/sys/bus/pci/devices/0000:06:00.0 mlx4-async mlx5_comp0
`;
    expect(redacted(interrupts)).toBe(interrupts);
    // The address of a person, or of an account on a host, is still one.
    expect(redacted("rsync kirk@rigel:0000 kirk@rigel:/data pci")).toBe(
      "rsync user-1@host-1:0000 user-1@host-1:/data pci",
    );
  });

  it("is what a driver says of who wrote it", () => {
    const kernel = `pps_core: Software ver. 5.3.6 - Copyright 2005-2007 Rodolfo Giometti <giometti@linux.it>
microcode: Microcode Update Driver: v2.01 <tigran@aivazian.fsnet.co.uk>, Peter Oruba
wireguard: Copyright (C) 2015-2019 Jason A. Donenfeld <Jason@zx2c4.com>. All Rights Reserved.
`;
    expect(redacted(kernel)).toBe(kernel);
    expect(redacted("Copyright 2024 <kirk@starfleet.example>")).toBe("Copyright 2024 <user-1@domain-1.invalid>");
  });

  it("is a word of a sentence, nor what runs Halfrack", () => {
    const told = `nested host: reported, not asked
telnet: Unable to connect to remote host: Connection refused
{"version":"1.0","host":"browser"} {"host":"electron"} {"host": "cli"}
the browser reported a connection
`;
    expect(redacted(told)).toBe(told);
    // Hosts may be called so all the same.
    expect(redacted("Nov 22 14:00:01 electron kernel: x\nhostname: browser\n")).toBe(
      "Nov 22 14:00:01 host-2 kernel: x\nhostname: host-1\n",
    );
    expect(redacted('curl: (6) Could not resolve host: rigel\n{"host": "vega"}\n')).toBe(
      'curl: (6) Could not resolve host: host-1\n{"host": "host-2"}\n',
    );
  });

  it("is an account that every Linux has, also where the lab file names it", () => {
    const text = `/dev/mapper/centos-root on / type xfs (rw)
root         1  0.0  0.0 191028  4040 ?        Ss   14:00   0:01 /usr/lib/systemd/systemd
-rw-r--r--. 1 root daemon 123 Nov 22 14:00 notes
Accepted publickey for root from 127.0.0.1 port 22
ssh root@localhost nobody
`;
    expect(redacted(text, { users: ["root", "Daemon", "nobody"] })).toBe(text);
    expect(redacted("scotty and root", { users: ["root", "scotty"] })).toBe("user-1 and root");
  });

  it("is the loopback address or its name, also where the lab file names it", () => {
    const text = `    inet 127.0.0.1/8 scope host lo
    inet6 ::1/128 scope host
127.0.0.1   localhost localhost.localdomain
Listening on localhost:22, 127.0.0.2:22 and [::1]:22
`;
    const hosts = ["127.0.0.1", "127.0.0.2", "localhost", "localhost.localdomain", "::1", "LOCALHOST"];
    expect(redacted(text, { hosts })).toBe(text);
    const others = ["10.1.2.3", "127.0.0.1", "rigel"];
    expect(redacted("10.1.2.3 127.0.0.1 7.1.2.3 rigel", { hosts: others })).toBe("host-1 127.0.0.1 240.0.0.3 host-2");
  });
});

describe("a key that is the end of another word", () => {
  it("tells no password", () => {
    const text = `/sys/devices/system/cpu/vulnerabilities/spec_store_bypass:Vulnerable
spec_store_bypass: Vulnerable
Vulnerability Spec store bypass: Mitigation; Speculative Store Bypass disabled via prctl
Vulnerable
cache_bypass=writearound
Speculation_Store_Bypass:	thread vulnerable
encompass: everything
run --bypass throttling
`;
    expect(redacted(text)).toBe(text);
  });

  it("tells one where it begins at a border, or goes on a name", () => {
    for (const key of [
      "pass",
      "dbpass",
      "db_pass",
      "userPass",
      "ROOTPASS",
      "smtp-pass",
      "bypassword",
      "standbypass",
      "serverpass",
      "bindpw",
      "passphrase",
    ])
      for (const is of ["=", ": ", ":"]) expect(redacted(`${key}${is}Hunter2secret\n`)).toBe(`${key}${is}password-1\n`);
    expect(redacted("run --pass Hunter2secret x")).toBe("run --pass password-1 x");
  });
});

describe("hosts that are called like the places of a machine's memory", () => {
  const hosts = ["node0", "node1", "node2", "node3", "node4"];

  it("leave those as they are", () => {
    const text = `NUMA node(s):          5
NUMA node0 CPU(s):     0-7
NUMA node4 CPU(s):     32-39
{"field": "NUMA node4 CPU(s):", "data": "32-39"}
/sys/devices/system/node/node4/meminfo:Node 4 MemTotal:       25165824 kB
/sys/devices/system/cpu/cpu33/node4/distance
/sys/devices/system/memory/memory12/node4
lrwxrwxrwx. 1 root root 0 Nov 22 14:00 /sys/bus/node/devices/node4 -> ../../../devices/system/node/node4
available: 5 nodes (0-4)
node 4 cpus: 32 33 34
node 4 size: 24576 MB
Node 4, zone   Normal
2aaaaac00000 bind:4 anon=512 dirty=512 N4=512 kernelpagesize_kB=4
kernel: Node 4 DMA: 1*4kB (U) 0*8kB
                           node0           node1
numa_hit                76557759        92126519
`;
    expect(redacted(text, { hosts })).toBe(text);
  });

  it("go everywhere else, beside them as well", () => {
    expect(
      redacted(
        `Nov 22 14:00:01 node4 kernel: /sys/devices/system/node/node4 and node4
nodes/node4/files/sys/devices/system/node/node4/meminfo
ssh node4 lscpu: NUMA node4 CPU(s): 32-39
                  node4
/data/node/node4 NUMA of node4, /system/node4
`,
        { hosts },
      ),
    ).toBe(`Nov 22 14:00:01 host-5 kernel: /sys/devices/system/node/node4 and host-5
nodes/host-5/files/sys/devices/system/node/node4/meminfo
ssh host-5 lscpu: NUMA node4 CPU(s): 32-39
                  host-5
/data/node/host-5 NUMA of host-5, /system/host-5
`);
    const others = redacted("/sys/devices/system/node/rigel4 NUMA rigel4", { hosts: ["rigel4"] });
    expect(others).toBe("/sys/devices/system/node/host-1 NUMA host-1");
  });
});
