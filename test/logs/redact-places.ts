/** Two hundred secrets, each in a place that tells what it is; made with the forms of the named programs. */

export interface Plant {
  readonly secret: string;
  readonly kind: string;
  readonly path: string;
  readonly line: string;
}

const key = (n: number) => `Zk${(n * 7919).toString(36)}q${(n * 104729).toString(36)}W`;
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, "0");
const mac = (n: number) => [0xa4, 0xbf, 0x01, 0x5c, 0x10 + n, 0x40 + n].map((byte) => hex(byte, 2));

/** By kind: lines with `@@` where the secret stands, and where they are found. */
const places: Readonly<Record<string, readonly (readonly [path: string, line: string])[]>> = {
  hostname: [
    ["nodes/a/files/var/log/messages", "Nov 22 14:00:01 @@ kernel: mlx4_core 0000:11:00.0: PCIe link width is x8"],
    ["nodes/a/files/var/log/messages", "2026-11-22T14:00:01.123456+01:00 @@ systemd[1]: Started Session 3."],
    ["nodes/a/commands/uname.txt", "Linux @@ 3.10.0-1160.el7.x86_64 #1 SMP Mon Oct 19 x86_64 GNU/Linux"],
    ["nodes/a/files/etc/hosts", "10.20.30.40 @@ "],
    ["nodes/a/files/etc/hosts", "10.20.30.41 other-1x @@"],
    ["nodes/a/commands/hostnamectl.txt", "   Static hostname: @@"],
    ["nodes/a/commands/journal.json", '{"_HOSTNAME":"@@","MESSAGE":"x"}'],
    ["nodes/a/commands/journal.export", "_HOSTNAME=@@"],
    ["nodes/a/files/proc/1/environ", "PATH=/bin\0HOSTNAME=@@\0TERM=linux"],
    ["nodes/a/commands/iblinkinfo.txt", '   1   12[  ] ==( 4X 14.0625 Gbps)==>  3  1[  ] "@@ HCA-1" ( )'],
    ["nodes/a/commands/ibnetdiscover.txt", 'Switch 36 "S-0002c903" # "MF0;@@:SX6036/U1" enhanced port 0 lid 1 lmc 0'],
    ["nodes/a/commands/ps.txt", "ssh -o BatchMode=yes operator@§§ uptime"],
    ["nodes/a/files/etc/fstab", "@@:/export/data /data nfs defaults 0 0"],
    ["nodes/a/files/known_hosts", "@@,10.1.2.3 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk"],
    ["nodes/a/files/dhclient.leases", '  client-hostname "@@";'],
    ["nodes/a/files/slurm.conf", "NodeName=x NodeAddr=@@ CPUs=32"],
    ["switch/sx/config.txt", "hostname @@"],
    ["nodes/a/files/var/log/secure", "pam_unix(sshd:auth): authentication failure; logname= uid=0 rhost=@@ user=x"],
    ["nodes/a/files/etc/resolv.conf", "search @@"],
  ],
  user: [
    ["nodes/a/files/etc/passwd", "@@:x:1001:1001::/tmp:/bin/bash"],
    ["nodes/a/files/etc/group", "developers:x:1100:@@"],
    [
      "nodes/a/files/var/log/secure",
      "Nov 22 14:00:01 a1 sshd[2]: Accepted publickey for @@ from 10.1.1.1 port 55 ssh2",
    ],
    [
      "nodes/a/files/var/log/secure",
      "Nov 22 14:00:01 a1 sshd[2]: Failed password for invalid user @@ from 10.1.1.1 port 55 ssh2",
    ],
    ["nodes/a/files/var/log/secure", "Nov 22 14:00:01 a1 sshd[2]: Invalid user @@ from 10.1.1.1 port 4"],
    ["nodes/a/files/var/log/secure", "pam_unix(sshd:session): session opened for user @@ by (uid=0)"],
    [
      "nodes/a/files/var/log/secure",
      "Nov 22 14:00:01 a1 sudo:     @@ : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls",
    ],
    ["nodes/a/commands/last.txt", "@@ pts/0        10.0.0.9         Mon Nov 22 14:00   still logged in"],
    ["nodes/a/commands/ps.txt", "@@      1234  0.0  0.1 123456  7890 ?        Ss   14:00   0:00 bash"],
    ["nodes/a/commands/ls.txt", "-rw-r--r--. 1 @@ root 123 Nov 22 14:00 notes"],
    ["nodes/a/commands/ls2.txt", "/home/@@/.bashrc"],
    ["nodes/a/files/proc/1/environ", "SHELL=/bin/sh\0USER=@@\0LANG=C"],
    ["nodes/a/commands/id.txt", "uid=1005(@@) gid=100(users)"],
    [
      "nodes/a/files/audit.log",
      'type=USER_LOGIN msg=audit(1.2:3): pid=1 uid=0 msg=\'op=login acct="@@" exe="/usr/sbin/sshd"\'',
    ],
    ["nodes/a/commands/scontrol.txt", "   UserId=@@(1006) GroupId=x(1006)"],
    ["nodes/a/commands/mail.txt", "To: @@@somewhere-else.invalid"],
    ["nodes/a/files/journal.json", '{"MESSAGE":"New session 5 of user @@."}'],
    ["nodes/a/files/var/log/secure", "Disconnected from user @@ 10.2.3.4 port 22"],
  ],
  password: [
    ["nodes/a/files/etc/a.conf", "password = @@"],
    ["nodes/a/files/etc/a.conf", "  db_password: '@@'"],
    ["nodes/a/files/etc/a.conf", "MYSQL_ROOT_PASSWORD=@@"],
    ["nodes/a/files/a.json", '{"user":"x","password":"@@","port":1}'],
    ["nodes/a/files/a.json", '{"MESSAGE":"{\\"token\\": \\"@@\\"}"}'],
    ["nodes/a/files/snmpd.conf", "rocommunity @@ default"],
    ["switch/sx/config.txt", "snmp-server community @@ ro"],
    ["switch/sx/config.txt", "username admin password 0 @@"],
    ["nodes/a/commands/ps.txt", "root 1 ipmitool -I lanplus -H 10.0.0.5 -U ADMIN -P @@ sel list"],
    ["nodes/a/commands/ps.txt", "sshpass -p @@ ssh x"],
    ["nodes/a/commands/ps.txt", "curl --password @@ http://x"],
    ["nodes/a/files/proc/1/cmdline", "prog\0--token\0@@\0-v"],
    ["nodes/a/files/repo.conf", "baseurl=https://reader:@@@repo.invalid/el7"],
    ["nodes/a/files/http.log", "GET /api?api_key=@@&x=1 HTTP/1.1"],
    ["nodes/a/files/http.log", "Authorization: Bearer @@"],
    ["nodes/a/files/wpa.conf", '  psk="@@"'],
    ["nodes/a/files/a.yaml", "secret: @@"],
    ["nodes/a/files/a.yaml", "    access_key: @@  # of the backup"],
  ],
  serial: [
    ["nodes/a/commands/dmidecode.txt", "\tSerial Number: @@"],
    ["nodes/a/commands/dmidecode.txt", "\tAsset Tag: @@"],
    ["nodes/a/commands/lspci.txt", "\t\t[SN] Serial number: @@"],
    ["nodes/a/commands/smartctl.txt", "Serial Number:    @@"],
    ["bmc/a/fru.txt", " Product Serial        : @@"],
    ["bmc/a/fru.txt", " Board Serial          : @@"],
    ["nodes/a/commands/udevadm.txt", "E: ID_SERIAL_SHORT=@@"],
    ["nodes/a/commands/dmesg.txt", "[    2.123456] usb 1-1: SerialNumber: @@"],
    ["nodes/a/commands/lsusb.txt", "  iSerial                 3 @@"],
    ["nodes/a/commands/racadm.txt", "Service Tag             = @@"],
    ["nodes/a/files/sys/block/sda/serial", "@@"],
    ["nodes/a/commands/ethtool.txt", "	Vendor SN                                 : @@"],
    ["nodes/a/commands/lshw.txt", "       serial: @@"],
  ],
  key: [
    ["nodes/a/commands/vsmpversion.txt", "System key: @@"],
    ["nodes/a/files/license.txt", "License key: @@"],
    ["nodes/a/files/product.txt", 'product_key = "@@"'],
  ],
};

/** `secret` is unique and looks as such a name does. */
function secretOf(kind: string, n: number): string {
  if (kind === "hostname") return `${["rigel", "vega", "altair", "deneb"][n % 4]}${n}`;
  if (kind === "user")
    return `${["quentin", "ulrike", "bjarne", "odile"][n % 4]}${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + ((n * 7) % 26))}`;
  if (kind === "serial") return `SGH${100 + n}X${hex(n * 733, 4).toUpperCase()}`;
  if (kind === "key")
    return Array.from({ length: 45 }, (_, index) =>
      key(n * 50 + index)
        .slice(2, 7)
        .toUpperCase(),
    ).join("-");
  return key(n);
}

export function plants(): readonly Plant[] {
  const all: Plant[] = [];
  let n = 1;
  const plant = (kind: string, path: string, line: string, secret: string) =>
    all.push({ kind, path, secret, line: line.replace(/§§|@@/, () => secret) });
  for (const round of [0, 1]) {
    for (const [kind, rows] of Object.entries(places)) {
      for (const [path, line] of rows) {
        // One file holds one serial number, and its line nothing else.
        const where = round === 1 && path.startsWith("nodes/a/files/sys") ? path.replace("sda", "sdb") : path;
        plant(kind, where, line, secretOf(kind, n++));
      }
    }
  }
  for (let index = 1; index <= 20; index++) {
    plant(
      "ipv4",
      "nodes/a/commands/ip.txt",
      `    inet @@/24 brd 10.77.${index}.255 scope global eth0`,
      `10.77.${index}.${index + 9}`,
    );
    plant(
      "ipv6",
      "nodes/a/commands/ip.txt",
      "    inet6 @@/64 scope global",
      `2a01:4f8:${hex(index, 1)}:7::${hex(index * 300, 3)}`,
    );
    const [separator, form] =
      index % 3 === 0 ? ["-", "ether @@ txqueuelen"] : [":", "    link/ether @@ brd ff:ff:ff:ff:ff:ff"];
    plant("mac", "nodes/a/commands/ip.txt", form, mac(index).join(separator));
  }
  return all;
}
