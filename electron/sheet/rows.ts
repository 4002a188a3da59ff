/** Owns which cables the sheet names, from which end, and in which order: as a technician walks along the racks. */
import type { CableLive } from "../contract/fabric.ts";
import type { CablePort, LabState } from "../contract/lab.ts";
import { byNumber } from "../contract/order.ts";
import { plannedAmong } from "../contract/planned-cable.ts";
import type { Sheet, SheetContent, SheetEnd, SheetRow } from "../contract/sheet.ts";
import { typeOf } from "../contract/units.ts";
import { endKey } from "../contract/words.ts";
import { devicePorts } from "../lab/ports.ts";

/** What the sheet takes from what was seen of the fabric. */
export interface SeenFabric {
  readonly cables: readonly SeenCable[];
  readonly observedAt: number | null;
}
export interface SeenCable
  extends Pick<CableLive, "planned" | "state" | "difference" | "reason" | "observedAt" | "width" | "speed"> {
  readonly a: CablePort;
  readonly b: CablePort;
}

export interface SheetInputs {
  readonly lab: Pick<LabState, "deviceTypes"> & { readonly lab: NonNullable<LabState["lab"]>; readonly path: string };
  readonly fabric: SeenFabric;
  readonly content: SheetContent;
  readonly madeAt: number;
  readonly madeBy: string;
}

/** The sheet of a lab: planned cables, with what was seen of them and beside them when `content` asks for it. */
export function sheetOf({ lab, fabric, content, madeAt, madeBy }: SheetInputs): Sheet {
  const walk = walkOf(lab.lab);
  const seen = content === "plan" ? [] : fabric.cables;
  const plannedOf = plannedAmong(lab.lab.cables);
  const live = new Map(seen.map((cable) => [plannedOf(cable), cable]));
  const planned = lab.lab.cables.map((cable): Unnumbered => {
    const [a, b] = walk.ordered(walk.end(cable.from), walk.end(cable.to));
    const { label = null, width = null, speed = null } = cable;
    return { label: label === "" ? null : label, a, b, planned: true, width, speed, seen: seenOf(live.get(cable)) };
  });
  const unexpected = seen
    .filter((cable) => cable.planned === null)
    .map((cable): Unnumbered => {
      const [a, b] = walk.ordered(walk.end(cable.a), walk.end(cable.b));
      return { label: null, a, b, planned: false, width: cable.width, speed: cable.speed, seen: seenOf(cable) };
    });
  const all = [...planned, ...unexpected]
    .sort((one, other) => walk.compare(one.a, other.a) || walk.compare(one.b, other.b))
    .map((row, index): SheetRow => ({ number: index + 1, ...row }));
  const rows = content === "differences" ? all.filter(differs) : all;
  return {
    lab: lab.lab.name,
    path: lab.path,
    madeAt,
    madeBy,
    content,
    observedAt: content === "plan" ? null : fabric.observedAt,
    rows,
    open: {
      unlabelled: rows.filter((row) => row.planned && row.label === null).map(({ number }) => number),
      freePorts: freePorts(lab, walk),
    },
  };
}

type Unnumbered = Omit<SheetRow, "number">;

function seenOf(cable: SeenCable | undefined): SheetRow["seen"] {
  if (cable === undefined) return null;
  const { state, difference, reason, observedAt } = cable;
  return { state, difference, reason, observedAt };
}

/** Where plan and fabric are known to differ; what was not observed is not known to. */
function differs({ seen }: SheetRow): boolean {
  return seen !== null && seen.state !== "healthy" && seen.state !== "unknown";
}

/** Names that count alike are still two. */
const byName = (a: string, b: string) => byNumber(a, b) || (a < b ? -1 : a > b ? 1 : 0);

interface Walk {
  end(end: { readonly device: string; readonly port: string }): SheetEnd;
  /** Racks left to right, then what stands beside them; units from the bottom, as they are counted; then ports. */
  compare(one: SheetEnd, other: SheetEnd): number;
  ordered(one: SheetEnd, other: SheetEnd): [SheetEnd, SheetEnd];
}

function walkOf(lab: SheetInputs["lab"]["lab"]): Walk {
  const devices = new Map(lab.devices.map((device) => [device.name, device]));
  const racks = new Map(lab.racks.map(({ name }, index) => [name, index]));
  const rackPlace = ({ rack, inLab }: SheetEnd) =>
    rack === null ? lab.racks.length + (inLab ? 1 : 2) : (racks.get(rack) ?? lab.racks.length);
  const compare = (one: SheetEnd, other: SheetEnd) =>
    rackPlace(one) - rackPlace(other) ||
    (one.unit ?? Number.MAX_SAFE_INTEGER) - (other.unit ?? Number.MAX_SAFE_INTEGER) ||
    byName(one.device, other.device) ||
    byName(one.port, other.port);
  return {
    end({ device, port }) {
      const known = devices.get(device);
      return { device, port, rack: known?.rack ?? null, unit: known?.unit ?? null, inLab: known !== undefined };
    },
    compare,
    ordered: (one, other) => (compare(one, other) <= 0 ? [one, other] : [other, one]),
  };
}

function freePorts({ lab, deviceTypes }: SheetInputs["lab"], walk: Walk): Sheet["open"]["freePorts"] {
  const cabled = new Set(lab.cables.flatMap(({ from, to }) => [endKey(from), endKey(to)]));
  return lab.devices
    .map((device) => {
      const type = typeOf(device, deviceTypes);
      const ports = devicePorts(device, type)
        .filter(({ kind, name }) => kind === "infiniband" && !cabled.has(endKey({ device: device.name, port: name })))
        .map(({ name }) => name)
        .sort(byName);
      return { device: device.name, ports };
    })
    .filter(({ ports }) => ports.length > 0)
    .sort((one, other) => walk.compare(walk.end({ ...one, port: "" }), walk.end({ ...other, port: "" })));
}
