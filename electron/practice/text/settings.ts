/** Files of /etc as an installed CentOS 7 has them, without their comments: what a node is set to. */
import type { Server } from "../model.ts";
import { kernelRelease } from "./kernel.ts";

export const settingsFiles = (server: Server): readonly (readonly [path: string, text: string])[] => [
  [
    "/etc/fstab",
    `/dev/mapper/centos-root /                       xfs     defaults        0 0
/dev/sda1               /boot                   xfs     defaults        0 0
/dev/mapper/centos-swap swap                    swap    defaults        0 0
`,
  ],
  ["/etc/sysctl.conf", "# Settings of this node stand in /etc/sysctl.d; see sysctl.conf(5).\n"],
  ["/etc/security/limits.conf", "* soft memlock unlimited\n* hard memlock unlimited\n"],
  ["/etc/modprobe.d/mlx4.conf", "options mlx4_core log_num_mtt=24\n"],
  ["/etc/nsswitch.conf", "passwd:     files\nshadow:     files\ngroup:      files\nhosts:      files dns\n"],
  ["/etc/resolv.conf", "nameserver 10.20.0.1\n"],
  [
    "/etc/sysconfig/network-scripts/ifcfg-eno1",
    `DEVICE=eno1\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=${server.address}\nPREFIX=24\n`,
  ],
  ["/etc/cron.d/0hourly", "SHELL=/bin/bash\n01 * * * * root run-parts /etc/cron.hourly\n"],
  ["/etc/crontab", "SHELL=/bin/bash\nPATH=/sbin:/bin:/usr/sbin:/usr/bin\nMAILTO=root\n"],
  [
    "/etc/rsyslog.conf",
    `$ModLoad imuxsock
$ModLoad imjournal
$WorkDirectory /var/lib/rsyslog
$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat
*.info;mail.none;authpriv.none;cron.none                /var/log/messages
authpriv.*                                              /var/log/secure
`,
  ],
  ["/etc/logrotate.conf", "weekly\nrotate 4\ncreate\ndateext\ncompress\ninclude /etc/logrotate.d\n"],
  ["/etc/systemd/journald.conf", "[Journal]\n#Storage=auto\n#Compress=yes\n#SystemMaxUse=\n"],
  [
    "/etc/default/grub",
    `GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR="$(sed 's, release .*$,,g' /etc/system-release)"
GRUB_DEFAULT=saved
GRUB_CMDLINE_LINUX="crashkernel=auto rd.lvm.lv=centos/root rhgb quiet"
`,
  ],
  [
    "/boot/grub2/grub.cfg",
    `set timeout=5
menuentry 'CentOS Linux (${kernelRelease}) 7 (Core)' --class centos --class gnu-linux {
	linux16 /vmlinuz-${kernelRelease} root=/dev/mapper/centos-root ro crashkernel=auto rd.lvm.lv=centos/root rhgb quiet
	initrd16 /initramfs-${kernelRelease}.img
}
`,
  ],
  [
    `/boot/config-${kernelRelease}`,
    "CONFIG_64BIT=y\nCONFIG_X86_64=y\nCONFIG_NUMA=y\nCONFIG_EDAC=y\nCONFIG_INFINIBAND=m\nCONFIG_MLX4_INFINIBAND=m\n",
  ],
  ["/etc/kdump.conf", "path /var/crash\ncore_collector makedumpfile -l --message-level 1 -d 31\n"],
];
