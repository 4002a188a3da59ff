/** Decides which tool a saved text is of: by what the tool always writes, never by the file's name. */

export type SavedKind =
  | "iblinkinfo"
  | "ibnetdiscover"
  | "ibnetdiscover-ports"
  | "ibstat"
  | "ibstatus"
  | "node-list"
  | "ibqueryerrors"
  | "perfquery"
  | "smpquery"
  | "sminfo"
  | "sysfs"
  | "lspci"
  | "switch"
  | "kernel"
  /** Of the tools' family, and of no use to what is drawn. */
  | "other"
  | "complaints";

/** The first line that one of these fits tells; the order matters only among forms of one line. */
const forms: readonly (readonly [SavedKind, RegExp])[] = [
  ["iblinkinfo", /^(?:[<>] )?Switch: 0x[0-9a-f]{1,16} /i],
  ["iblinkinfo", /^(?:[<>] )?(?:CA|Router): .{1,200}:$/],
  ["iblinkinfo", /^(?:[<>] )?(?:0x[0-9a-f]{1,16} ["\s]|\s+\d).{0,200}==\(/i],
  ["ibnetdiscover", /^(?:# Topology file: |(?:[<>] )?(?:vendid|sysimgguid|switchguid|caguid)=)/],
  ["ibnetdiscover-ports", /^(?:CA|SW|RT)\s+\d{1,5}\s+\d{1,3} 0x[0-9a-f]{1,16} /],
  ["node-list", /^(?:Ca|Switch|Rt)\s*: 0x[0-9a-f]{1,16} ports \d/],
  ["ibstat", /^CA '[^']{1,64}'\s*$/],
  ["ibstatus", /^(?:Infiniband device '|Fatal error:\s+No devices)/],
  ["ibqueryerrors", /^(?:Errors for (?:0x|")|## Summary: \d+ nodes )/],
  ["perfquery", /^# \w{1,64}(?: extended)? counters: (?:Lid|DR path) /],
  ["smpquery", /^(?:# (?:Node|Port) info: (?:Lid|DR path) |Node Description:\.{3})/],
  ["sminfo", /^sminfo: /],
  ["sysfs", /^\/sys\/class\/infiniband\//],
  ["lspci", /^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] [A-Z][^:]{2,80}: /i],
  ["switch", /^(?:\S{1,64} \[[^\]:]{1,64}: ?[\w-]{1,32}\]|CLI) (?:\([^)]{1,80}\) )?[>#] ?\S/],
  [
    "switch",
    /^(?:Module\s{2,}(?:Device\s{2,}Fan|Component\s{2,}Reg|Type\s{2,}Part)\b|CHASSIS\s{2,}\S|InfiniBand:\s+\d{1,2}\/)/,
  ],
  ["switch", /^% (?:Unrecognized command|Incomplete command|Ambiguous command|Invalid )/],
  ["switch", /^(?:IB\d{1,2}\/\d{1,3} state:|Slot \d{1,2} port \d{1,3} state|Product name:\s)/],
  ["kernel", /\b(?:mlx[45]_(?:core|ib|en)|pci) (?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?: [\w.-]{1,32})?: /],
  ["other", /^(?:Unicast|Multicast) (?:lids|mlids) \[/],
  ["other", /^(?:\w{1,32}Record(?: group)? dump:|IsSM ports)\s*$/],
  ["other", /^(?:From \w{1,8} \{0x|GID [0-9a-f:]{2,40} LID start|# (?:MLNX ext Port|Switch) info: )/],
  ["complaints", /^(?:ibwarn: \[|ibpanic: \[|\S{0,80}libibnetdisc\/)/],
];
/** Fits every line that one of the forms fits, and few others: most lines of a log of megabytes are looked at once. */
const anyForm = new RegExp(forms.map(([, { source }]) => `(?:${source})`).join("|"), "i");
/** No form fits a shorter line. */
const shortestLine = 6;
/** Longer lines are looked at so far. */
const maxLineLength = 512;

/** Null where no line is any tool's. All lines are looked at: what a tool said may stand behind the boot of a kernel. */
export function recognise(text: string): SavedKind | null {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    if (end - start >= shortestLine) {
      const content = text.slice(start, Math.min(end, start + maxLineLength)).trimEnd();
      const form = anyForm.test(content) ? forms.find(([, pattern]) => pattern.test(content)) : undefined;
      if (form) return form[0];
    }
    start = end + 1;
  }
  return isList(text) ? "other" : null;
}

/** `ibstat -l` prints names of HCAs, `ibstat -p` GUIDs of their ports; neither prints anything else. */
const listed =
  /^(?:0x[0-9a-f]{16}|(?:mlx[45]|hfi1|qib|bnxt_re|rxe)_?\d{1,3}|(?:mthca|ipath|ibsim)\d{1,3}|ib[po]\w{2,12})$/;
const maxListed = 4096;

function isList(text: string): boolean {
  if (text.length > maxListed) return false;
  const lines = text.split("\n").map((line) => line.trim());
  return lines.every((line) => line === "" || listed.test(line)) && lines.some((line) => line !== "");
}
