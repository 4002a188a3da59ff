/** Owns how a device tells its state on its face, what it is called to a screen reader, and what of it can be chosen. */
import { memo } from "react";
import type { DeviceLive } from "../../electron/contract/fabric.ts";
import { gapPx, type NameLabel } from "./labels.ts";
import type { DeviceBox } from "./layout.ts";
import { PortView } from "./PortView.tsx";
import { svgButton } from "./svg-button.ts";
import { cut, reachTone, reachWords, unitsText } from "./words.ts";

export const faceId = (box: DeviceBox) =>
  box.type ? `rk-face-${box.type.slug}` : `rk-face-none-${Math.round(box.face.h)}`;

export interface DeviceViewProps {
  readonly box: DeviceBox;
  /** Undefined where there is no room for its name. */
  readonly label: NameLabel | undefined;
  readonly live: DeviceLive | undefined;
  /** Link light of each port in the order of `box.ports`, joined by blanks: a string, so that memo can compare it. */
  readonly tones: string;
  /** What each port is called by a screen reader, joined by newlines. */
  readonly portNames: string;
  readonly selected: boolean;
  /** The part of this device that takes the keyboard, by its port's name; empty for the device; null for none. */
  readonly tab: string | null;
  readonly selectedPort: string | null;
  readonly moving: boolean;
}

/** One device: its face, its lights, its ports, its name beside the rack. */
export const DeviceView = memo(function DeviceView(props: DeviceViewProps) {
  const { box, label, live, tones, portNames, selected, tab, selectedPort, moving } = props;
  const { face } = box;
  const reach = live?.reach;
  const tone = reachTone(reach);
  const toneOf = tones.split(" ");
  const nameOf = portNames.split("\n");
  const words = [
    box.name,
    box.type?.model ?? (box.device ? `unknown type ${box.device.type}` : "not in the lab file"),
    unitsText(box),
    box.device?.role ?? "",
    reachWords[reach ?? "unknown"],
  ]
    .filter(Boolean)
    .join(", ");
  return (
    <g
      className="rk-device"
      data-tone={tone}
      data-selected={selected || undefined}
      data-moving={moving || undefined}
      data-stranger={!box.device || undefined}
      data-overlaps={box.overlaps || undefined}
    >
      <g transform={`translate(${face.x} ${face.y})`}>
        <rect x="1.5" y="2.4" width={face.w} height={face.h} rx="3" className="rk-face-shadow" />
        <use href={`#${faceId(box)}`} />
        {box.type?.face.map((element, index) =>
          element.kind === "led" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the elements of a type are a fixed list
            <g key={index} data-meaning={element.meaning} className="rk-led">
              <circle cx={element.x} cy={element.y} r="4.6" className="rk-led-halo" />
              <circle cx={element.x} cy={element.y} r="1.7" className="rk-led-light" />
            </g>
          ) : null,
        )}
        {!box.type && (
          <text x={face.w / 2 - 40} y={face.h / 2 + 3} textAnchor="middle" className="rk-stranger-text">
            {box.device ? `unknown type ${cut(box.device.type, 40)}` : `${cut(box.name, 34)} is not in the lab file`}
          </text>
        )}
      </g>
      <g className="rk-ports">
        {box.ports.map((spot, index) => (
          <PortView key={spot.key} spot={spot} tone={toneOf[index] ?? "off"} />
        ))}
      </g>
      {label && <NamePlate label={label} tone={tone} />}
      <rect
        x={face.x}
        y={face.y}
        width={face.w}
        height={face.h}
        rx="3"
        className="rk-target rk-device-target"
        data-device={box.name}
        {...svgButton({ kind: "device", device: box.name }, words, selected, tab === "")}
      >
        <title>{words}</title>
      </rect>
      {box.ports.map((spot, index) => (
        <rect
          key={spot.key}
          x={spot.cage.x - 1}
          y={spot.cage.y - 1}
          width={spot.cage.w + 2}
          height={spot.cage.h + 2}
          rx="1.5"
          className="rk-target rk-port-target"
          data-device={box.name}
          data-port={spot.port}
          {...svgButton(
            { kind: "port", device: box.name, port: spot.port },
            nameOf[index] ?? spot.port,
            selectedPort === spot.port,
            tab === spot.port,
          )}
        >
          <title>{nameOf[index]}</title>
        </rect>
      ))}
    </g>
  );
});

/** Name, model and units, right-aligned in the gutter; sized in pixels, placed in millimetres. */
function NamePlate({ label, tone }: { readonly label: NameLabel; readonly tone: string }) {
  const { at, side, form, name, model } = label;
  const firstY = { pair: -3, row: 4, name: 4 }[form];
  return (
    <g
      className={side ? "rk-name" : "rk-name rk-name-below"}
      style={{ transform: `translate(${at.x}px, ${at.y}px) scale(var(--rk-label))` }}
      data-tone={tone}
      data-form={form}
      textAnchor={side ? "end" : "middle"}
    >
      <text x={side ? -gapPx : 0} y={firstY} className="rk-name-text">
        <title>{label.device}</title>
        {form === "row" && <tspan className="rk-name-model">{`${model}\u2002`}</tspan>}
        {name}
      </text>
      {form === "pair" && (
        <text x={side ? -gapPx : 0} y={firstY + 15} className="rk-name-model">
          {model}
        </text>
      )}
    </g>
  );
}
