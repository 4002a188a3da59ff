import { endKey } from "../../electron/contract/words.ts";
import { centre } from "./geometry.ts";
import type { Picture } from "./picture.ts";
import { targetRect } from "./place.ts";
import type { Selection } from "./selection.ts";
import type { Mode } from "./use-rack-input.ts";

/** Where a moved device would land, or how a drawn cable would run. */
export function EditPreview({
  mode,
  picture,
  selection,
}: {
  readonly mode: Mode;
  readonly picture: Picture;
  readonly selection: Selection | null;
}) {
  if (mode.kind === "move") {
    const box = picture.layout.devices.find((each) => each.name === mode.device);
    const rect = targetRect(picture.layout, mode.target, box?.heightU ?? 1);
    if (!box) return null;
    if (!rect) {
      return (
        <text x={box.face.x + box.face.w / 2} y={box.face.y - 10} textAnchor="middle" className="rk-drop-text">
          beside the racks
        </text>
      );
    }
    return (
      <g className="rk-drop" data-free={mode.target.free || undefined} data-testid="rack-drop">
        <rect x={rect.x} y={rect.y} width={rect.w} height={rect.h} rx="3" className="rk-drop-box" />
        <text x={rect.x + rect.w / 2} y={rect.y + rect.h / 2 + 6} textAnchor="middle" className="rk-drop-text">
          {`U${mode.target.unit}: ${mode.target.why ?? "free"}`}
        </text>
      </g>
    );
  }
  if (mode.kind !== "cable") return null;
  const from = picture.layout.ports.get(endKey(mode.from));
  const goal = mode.to ?? (mode.byKeys && selection?.kind === "port" ? selection : null);
  const spot = goal && picture.layout.ports.get(endKey(goal));
  const end = spot ? centre(spot.cage) : mode.at;
  if (!from || !end) return null;
  const start = centre(from.cage);
  const sag = Math.max(start.y, end.y) + 30;
  return (
    <path
      d={`M${start.x} ${start.y}C${start.x} ${sag} ${end.x} ${sag} ${end.x} ${end.y}`}
      className="rk-draft"
      data-landed={spot ? true : undefined}
    />
  );
}
