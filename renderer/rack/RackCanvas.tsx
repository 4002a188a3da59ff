/** Owns what of the picture is drawn over what, which cables are lifted, and how long it stays said what was done. */
import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import type { LabState } from "../../electron/contract/lab.ts";
import { endKey } from "../../electron/contract/words.ts";
import { useUi } from "../stores.ts";
import { Cabinet } from "./Cabinet.tsx";
import { CableView, Pill } from "./CableView.tsx";
import { Defs } from "./Defs.tsx";
import { DeviceView, faceId } from "./DeviceView.tsx";
import { EditPreview } from "./EditPreview.tsx";
import { Face } from "./Face.tsx";
import { LoopQuestion } from "./LoopQuestion.tsx";
import { namePx, type PillTexts, placeLabels, wishedRoom } from "./labels.ts";
import type { DeviceBox, Layout } from "./layout.ts";
import type { Picture } from "./picture.ts";
import type { Selection } from "./selection.ts";
import { selectionKey } from "./selection.ts";
import { unspoken } from "./svg-button.ts";
import { usePanZoom } from "./use-pan-zoom.ts";
import { useRackInput } from "./use-rack-input.ts";
import { atPort, deviceOrder } from "./walk.ts";
import { findingNote, pillForms, portWords, slotFault } from "./words.ts";
import { ZoomBar } from "./ZoomBar.tsx";

/** While a move or a cable is under way, how it goes on stays said. */
const saidMs = 6000;

/** The drawing itself with everything that can be done in it. */
export function RackCanvas({
  picture,
  state,
  fabric,
  children,
}: {
  readonly picture: Picture;
  readonly state: LabState;
  readonly fabric: FabricState;
  /** What lies over the drawing when there is nothing to draw. */
  readonly children: React.ReactNode;
}) {
  const selection = useUi((ui) => ui.selection);
  const { layout, bounds } = picture;
  const root = useRef<HTMLDivElement | null>(null);
  const texts = usePillTexts(fabric);
  const wish = useMemo(() => wishedRoom(picture), [picture]);
  const panZoom = usePanZoom(bounds, picture.frames, wish);
  const { scale, room } = panZoom;
  const labels = useMemo(() => placeLabels(picture, scale, room, texts), [picture, scale, room, texts]);
  const [hover, setHover] = useState<Selection | null>(null);
  const [said, setSaid] = useState("");
  const hoverKey = useRef("");
  const onHover = (next: Selection | null) => {
    const key = selectionKey(next);
    if (key === hoverKey.current) return;
    hoverKey.current = key;
    setHover(next);
  };
  const input = useRackInput({
    picture,
    labels,
    state,
    cables: fabric.cables,
    selection,
    panZoom,
    root,
    onHover,
    say: setSaid,
  });
  const idle = input.mode.kind === "idle";
  useEffect(() => {
    if (said === "" || !idle) return;
    const timer = setTimeout(() => setSaid(""), saidMs);
    return () => clearTimeout(timer);
  }, [said, idle]);
  const cables = useMemo(() => new Map(fabric.cables.map((cable) => [cable.id, cable])), [fabric.cables]);
  const byPort = useMemo(() => cablesByPort(fabric.cables), [fabric.cables]);
  const hovered = useMemo(() => liftedBy(hover, fabric.cables), [hover, fabric.cables]);
  const chosen = useMemo(() => liftedBy(selection, fabric.cables), [selection, fabric.cables]);
  const lifted = hovered.length > 0 ? hovered : chosen;
  const dims = (hovered.length > 0 ? hover : selection)?.kind !== "device" && lifted.length > 0;
  const place = tabPlace(picture, selection);
  const drawn = [...picture.routes.values()].filter((route) => cables.has(route.id));
  const ordered = [
    ...drawn.filter((route) => cables.get(route.id)?.state === "absent"),
    ...drawn.filter((route) => cables.get(route.id)?.state !== "absent"),
  ];
  const [one, two] = layout.bays;
  const farChars = one && two ? Math.floor(((two.extent.from - one.extent.from) * scale) / namePx) : 40;
  const cableView = (route: (typeof drawn)[number], isLifted: boolean) => (
    <CableView
      key={route.id}
      route={route}
      state={cables.get(route.id)?.state ?? "unknown"}
      crossed={cables.get(route.id)?.difference === "swapped"}
      from={layout.ports.get(route.ends[0])}
      to={layout.ports.get(route.ends[1])}
      lifted={isLifted}
    />
  );
  return (
    <div
      ref={root}
      className="rk-root"
      data-level={panZoom.level}
      data-mode={input.mode.kind}
      data-dims={dims || undefined}
      data-editable={input.closed === null || undefined}
    >
      <div ref={panZoom.viewport} className="rk-viewport" {...input.handlers}>
        <div ref={panZoom.stage} className="rk-stage">
          <svg
            viewBox={`${bounds.x} ${bounds.y} ${bounds.w} ${bounds.h}`}
            className="rk-svg"
            {...named}
            aria-label={`Racks of ${state.lab?.name ?? "no lab"}`}
            style={labelScale(panZoom.scale)}
          >
            <Defs />
            <FaceDefs layout={layout} far={panZoom.level === "far"} />
            <g>
              {layout.bays.map((bay) => (
                <Cabinet key={`${bay.kind} ${bay.name} ${bay.index}`} bay={bay} farChars={farChars} />
              ))}
            </g>
            <g className="rk-cables">
              {ordered.filter((route) => route.tucked).map((route) => cableView(route, false))}
            </g>
            <g>
              {layout.devices.map((box) => (
                <DeviceView
                  key={box.name}
                  box={box}
                  label={labels.names.get(box.name)}
                  live={fabric.devices[box.name]}
                  tones={box.ports.map((spot) => toneOf(byPort.get(spot.key))).join(" ")}
                  portNames={box.ports
                    .map((spot) => portWords(box.name, spot.port, byPort.get(spot.key) ?? []))
                    .join("\n")}
                  selected={selection?.kind === "device" && selection.device === box.name}
                  selectedPort={selection?.kind === "port" && selection.device === box.name ? selection.port : null}
                  tab={
                    place && place.kind !== "cable" && place.device === box.name
                      ? place.kind === "port"
                        ? place.port
                        : ""
                      : null
                  }
                  moving={input.mode.kind === "move" && input.mode.device === box.name}
                />
              ))}
            </g>
            <g className="rk-cables">
              {ordered.filter((route) => !route.tucked).map((route) => cableView(route, false))}
            </g>
            <g className="rk-lifted" {...unspoken}>
              {ordered.filter((route) => lifted.includes(route.id)).map((route) => cableView(route, true))}
            </g>
            <g>
              {picture.pills.map((spot) => {
                const cable = cables.get(spot.cable);
                const label = labels.pills.get(spot.cable);
                return (
                  cable &&
                  label && (
                    <Pill
                      key={spot.cable}
                      label={label}
                      cable={cable}
                      note={findingNote(cable, fabric.findings)}
                      tab={place?.kind === "cable" && place.id === cable.id}
                      selected={selection?.kind === "cable" && selection.id === cable.id}
                      dim={dims && !lifted.includes(cable.id)}
                    />
                  )
                );
              })}
            </g>
            <EditPreview mode={input.mode} picture={picture} selection={selection} />
          </svg>
        </div>
      </div>
      {children}
      {input.loop && <LoopQuestion loop={input.loop} onPlan={input.planLoop} onClose={input.dropLoop} />}
      <div className="rk-foot-bar">
        <p className="rk-said" role="status">
          {said}
        </p>
        <ZoomBar panZoom={panZoom} closed={input.closed} mode={input.mode} />
      </div>
    </div>
  );
}

/** SVG has no <fieldset>. */
const named = { role: "group" } as const;

/** One drawing per device type; every device of it is a <use>. */
const FaceDefs = memo(function FaceDefs({ layout, far }: { readonly layout: Layout; readonly far: boolean }) {
  const firsts = new Map<string, DeviceBox>();
  for (const box of layout.devices) if (!firsts.has(faceId(box))) firsts.set(faceId(box), box);
  return (
    <defs>
      {[...firsts].map(([id, box]) => (
        <g key={id} id={id}>
          <Face type={box.type} w={box.face.w} h={box.face.h} far={far} />
        </g>
      ))}
    </defs>
  );
});

/** Labels keep their size in pixels at every zoom; unit numbers do as far as their post is wide enough. */
function labelScale(scale: number): React.CSSProperties {
  return {
    "--rk-label": (1 / scale).toFixed(4),
    "--rk-unit": `${Math.min(15, Math.max(10.5, 10 / scale)).toFixed(2)}px`,
  } as React.CSSProperties;
}

/** What the labels may say; the same object until a word changes, so that a poll without news moves nothing. */
function usePillTexts(fabric: FabricState): PillTexts {
  const words = JSON.stringify(
    fabric.cables.map((cable) => [
      cable.id,
      pillForms(cable, slotFault(cable, fabric), findingNote(cable, fabric.findings)),
    ]),
  );
  return useMemo(() => new Map(JSON.parse(words) as [string, string[]][]), [words]);
}

function cablesByPort(cables: readonly CableLive[]): ReadonlyMap<string, readonly CableLive[]> {
  const byPort = new Map<string, CableLive[]>();
  for (const cable of cables) {
    for (const end of [cable.a, cable.b]) {
      const key = endKey(end);
      const list = byPort.get(key);
      if (list) list.push(cable);
      else byPort.set(key, [cable]);
    }
  }
  return byPort;
}

/** The link light: what is really plugged in counts, a ghost lights nothing. */
function toneOf(cables: readonly CableLive[] | undefined): string {
  return cables?.find((cable) => cable.state !== "absent")?.state ?? "off";
}

function liftedBy(selection: Selection | null, cables: readonly CableLive[]): readonly string[] {
  if (!selection) return [];
  switch (selection.kind) {
    case "cable":
      return [selection.id];
    case "port":
      return cables.filter((cable) => atPort(cable, selection)).map((cable) => cable.id);
    case "device":
      return cables
        .filter((cable) => cable.a.device === selection.device || cable.b.device === selection.device)
        .map((cable) => cable.id);
  }
}

/** What the Tab key reaches: the selection while it is in the picture, else the first device. */
function tabPlace(picture: Picture, selection: Selection | null): Selection | null {
  if (selection?.kind === "cable" && picture.pills.some((pill) => pill.cable === selection.id)) return selection;
  if (selection && selection.kind !== "cable") {
    const box = picture.layout.devices.find((each) => each.name === selection.device);
    if (box && (selection.kind === "device" || box.ports.some((spot) => spot.port === selection.port)))
      return selection;
  }
  const first = deviceOrder(picture)[0];
  return first ? { kind: "device", device: first.name } : null;
}
