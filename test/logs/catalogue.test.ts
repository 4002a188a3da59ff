/** The shipped catalogue: all right, found in a packaged app too, and made of nothing that changes a host. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { expect, test } from "vitest";
import { everything, itemGroups } from "../../electron/contract/logs/item.ts";
import { targetKindWords } from "../../electron/contract/logs/target.ts";
import { loadCatalogue } from "../../electron/logs/catalogue.node.ts";

const root = join(import.meta.dirname, "..", "..");
const nowhere = join(tmpdir(), "halfrack-no-such-profile");
const shipped = await loadCatalogue(nowhere);
const items = shipped.items;

/** Arguments with which each program only tells. What is not here may not be in the catalogue. */
const reading: Readonly<Record<string, RegExp>> = {
  acpidump: /^$/,
  biosdevname: /^-d$/,
  blkid: /^-c \/dev\/null$/,
  chkconfig: /^--list$/,
  chronyc: /^-n sources -v$/,
  condor_config_val: /^-dump$/,
  condor_q: /^-global -allusers -nobatch$/,
  condor_status: /^-long$/,
  condor_version: /^$/,
  coredumpctl: /^list --no-pager$/,
  cpupower: /^(-c all frequency-info|idle-info)$/,
  date: /^$/,
  df: /^-(hT|i)$/,
  dmidecode: /^$/,
  "dpkg-query": /^-l$/,
  dump_fts: /^$/,
  "edac-util": /^-v$/,
  efibootmgr: /^-v$/,
  esxcli: /^[a-z0-9 ]+ (get|list)$/,
  ethtool: /^(-[iS] )?\{name\}$/,
  fdisk: /^-l$/,
  flint: /^-d \{path\} query$/,
  free: /^-m$/,
  grep: /^-rs {2}(\{path\}(\/parameters)?|\/sys\/[a-z/]+)$/,
  hpacucli: /^ctrl all show config detail$/,
  hpssacli: /^ctrl all show config detail$/,
  hplog: /^(-v|-t -f -p)$/,
  ibaddr: /^$/,
  ibdev2netdev: /^$/,
  ibhosts: /^$/,
  iblinkinfo: /^(--line)?$/,
  ibnetdiscover: /^(-p)?$/,
  // Never -k, -K, --clear-errors, --clear-counts.
  ibqueryerrors: /^(--counters|--threshold-file \/dev\/null|--report-port --data)$/,
  ibstat: /^$/,
  ibstatus: /^$/,
  ibswitches: /^$/,
  ibv_devices: /^$/,
  ibv_devinfo: /^-v$/,
  ip: /^(-d |-s -s )?(address|link|route|neighbour) show( table all)?$/,
  ipmitool:
    /^(sel (elist|list -v|info|time get)|sdr elist all|sensor list|fru print|chassis (status|restart_cause|bootparam get 5)|mc (info|selftest)|lan print|channel info|sol info|dcmi power reading)$/,
  journalctl:
    /^--no-pager (--quiet --all -o json --since=@\{sinceSeconds\} --until=@\{untilSeconds\}|--quiet --list-boots|--disk-usage)$/,
  last: /^(-x -F reboot shutdown runlevel|-F)$/,
  ls: /^-l(a|aR)?( (\/[a-z_./]+|\{path\}))+$/,
  lsblk: /^-[af]$/,
  lscpu: /^(-e)?$/,
  lsmod: /^$/,
  lspci: /^(-D -nn|-D -vvv|-tv|-D -d 15b3: (-vv|-vvv -xxxx)|-D -nn -d 8686:)$/,
  lsusb: /^(-t|-v)?$/,
  lvs: /^--readonly -a$/,
  // Without --client it would empty the kernel's buffer.
  mcelog: /^--client$/,
  mdadm: /^--detail --scan$/,
  mlxconfig: /^-d \{path\} query$/,
  mlxlink: /^-d \{1\} -p \{2\} -m -c -e$/,
  modinfo: /^\{name\}$/,
  mount: /^$/,
  // `mst start` loads modules.
  mst: /^status -v$/,
  mstflint: /^-d \{name\} query$/,
  ntpq: /^-pn$/,
  numactl: /^--(hardware|show)$/,
  nvme: /^list$/,
  "nvidia-smi": /^-q$/,
  ofed_info: /^$/,
  omreport: /^(system esmlog|chassis)$/,
  // Never -R, -r: they reset.
  perfquery: /^(-x )?-C \{1\} -P \{2\}$/,
  ps: /^-e(L)?o [a-z0-9:,]+$/,
  pvs: /^--readonly -a$/,
  racadm: /^(getsel|getsysinfo)$/,
  "ras-mc-ctl": /^--(errors|summary)$/,
  rdma: /^(-d link show|statistic show)$/,
  rpm: /^-qa --last$/,
  sacct: /^-a -S now-7days -P --format=[A-Za-z,]+$/,
  saquery: /^(-s|-g|NR|PIR)$/,
  scontrol: /^show (nodes|partitions|config)$/,
  sdiag: /^$/,
  sensors: /^$/,
  sestatus: /^$/,
  // Scripts: cat, grep, sleep, dmesg and ulimit in any number, which write to nothing but /dev/null.
  sh: /^-c ((cat|grep -Hs ""|sleep|dmesg|ulimit)(( -[ar]| [0-9]+| \/(proc|sys)[\w/.*[\]-]*)*)( 2>\/dev\/null)?(; | \|\| |$))+$/,
  sinfo: /^-[RN] -l$/,
  sminfo: /^-C \{1\} -P \{2\}$/,
  smartctl: /^-n standby -x \{path\}$/,
  smpquery: /^-C \{1\} -P \{2\} -D (node|port)info 0$/,
  squeue: /^-a -l$/,
  ss: /^-tulpn$/,
  storcli64: /^\/call show all$/,
  sysctl: /^-a$/,
  systemctl: /^list-(units --all|unit-files) --no-pager --no-legend( --full)?$/,
  timedatectl: /^--no-pager$/,
  uname: /^-a$/,
  uptime: /^$/,
  "vim-cmd": /^vmsvc\/getallvms$/,
  virsh:
    /^-r -c qemu:\/\/\/system ((list|net-list|pool-list) --all|nodeinfo|capabilities|version|nodememstats|(dumpxml|dominfo|vcpuinfo) --domain \{stem\})$/,
  vmware: /^-vl$/,
  zpool: /^status$/,
  // A vSMP tool, by whatever name it is found.
  "{path}": /^(--(long|status|features|version|binfo|boards|pinfo|pinlist|bbc|log-device)|-vvv)$/,
};

test("the shipped catalogue is all right", () => {
  expect(shipped.problems).toEqual([]);
  expect(shipped.presets.map(({ id }) => id)).toEqual(["vsmp", "hca", everything]);
  expect(items.length).toBeGreaterThan(250);
});

test("each kind of target and each group has items, and each named preset is one", () => {
  for (const kind of Object.keys(targetKindWords))
    expect(items.filter(({ on }) => on.some((each) => each === kind)).length, kind).toBeGreaterThan(0);
  for (const group of itemGroups)
    expect(
      items.some((item) => item.group === group),
      group,
    ).toBe(true);
  const presets = new Set(shipped.presets.map(({ id }) => id));
  for (const item of items)
    expect(
      item.presets.filter((name) => !presets.has(name)),
      item.id,
    ).toEqual([]);
  for (const { id } of shipped.presets)
    if (id !== everything) expect(items.filter(({ presets }) => presets.includes(id)).length, id).toBeGreaterThan(20);
});

test("nothing runs that is not known only to tell", () => {
  const unknown = items.flatMap((item) => {
    const argv =
      "command" in item && item.consent === undefined
        ? [...item.command, ...(item.since ?? []), ...(item.until ?? [])]
        : "ipmi" in item
          ? ["ipmitool", ...item.ipmi]
          : [];
    const [program, ...rest] = argv;
    const known = program === undefined || reading[program]?.test(rest.join(" "));
    return known ? [] : [`${item.id}: ${argv.join(" ")}`];
  });
  expect(unknown).toEqual([]);
});

test("what writes on a target asks for consent: the vendor's own dump of its log, and nothing else", () => {
  const asking = items.filter(({ consent }) => consent !== undefined);
  expect(asking.map(({ id, presets }) => [id, presets])).toEqual([
    ["vsmp-log-active", []],
    ["vsmp-log-persistent", []],
  ]);
});

test("no file is asked for that holds nothing but secrets", () => {
  const globs = items.flatMap((item) => ("files" in item ? item.files : []));
  expect(globs.filter((glob) => /shadow|\.ssh|private|ssh_host|slurmdbd|munge|scalemp\.license/.test(glob))).toEqual(
    [],
  );
});

test("every item says where it is documented, but what Halfrack itself knows", () => {
  expect(items.filter((item) => item.source === undefined && !("own" in item)).map(({ id }) => id)).toEqual([]);
});

test("bundled into dist/main/main.js of an installed app, it is found in its assets", async () => {
  const app = await mkdtemp(join(tmpdir(), "halfrack-bundle-"));
  try {
    await Promise.all(["assets", "node_modules"].map((name) => symlink(join(root, name), join(app, name))));
    await writeFile(join(app, "package.json"), '{ "type": "module" }');
    await build({
      root,
      configFile: false,
      logLevel: "error",
      ssr: { external: true },
      build: {
        ssr: join(root, "electron", "logs", "catalogue.node.ts"),
        outDir: join(app, "dist", "main"),
        rolldownOptions: { output: { format: "es", entryFileNames: "main.js", codeSplitting: false } },
      },
    });
    const print = `const { loadCatalogue } = await import("./dist/main/main.js"); console.log(JSON.stringify(await loadCatalogue(${JSON.stringify(nowhere)})))`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", print], { cwd: app, encoding: "utf8" });
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(shipped)));
  } finally {
    await rm(app, { recursive: true, force: true });
  }
});
