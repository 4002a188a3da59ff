/** Owns what each kind of element of a device type looks like; the types themselves are data in assets/. */
import { memo } from "react";
import type { DeviceType, FaceElement } from "../../electron/contract/device-type.ts";
import { faceWidthMm } from "./layout.ts";

type Of<K extends FaceElement["kind"]> = Extract<FaceElement, { readonly kind: K }>;

/** The still part of a device type's face, drawn once and used by every device of that type. */
export const Face = memo(function Face({
  type,
  w,
  h,
  far,
}: {
  readonly type: DeviceType | null;
  /** Seen from so far that its parts are a few pixels: their outlines only. */
  readonly far: boolean;
  readonly w: number;
  readonly h: number;
}) {
  const racked = w === faceWidthMm;
  const window = type?.hcaWindow;
  return (
    <>
      <rect x="0" y="0.4" width={w} height={h - 0.8} rx={racked ? 2.2 : 7} className="rk-face" />
      {racked && !far && <Ears h={h} />}
      <path d={`M${racked ? 18 : 4} 1.1H${w - (racked ? 18 : 4)}`} className="rk-edge-light" />
      <path d={`M${racked ? 18 : 4} ${h - 1.1}H${w - (racked ? 18 : 4)}`} className="rk-edge-dark" />
      {window && (
        <g>
          <rect x={window.x} y={window.y} width={window.w} height={window.h} rx="2" className="rk-window" />
          {!far && <path d={slotSeams(window)} className="rk-slots" />}
          <path d={`M${window.x + 1} ${window.y + 0.7}h${window.w - 2}`} className="rk-inset-shade" />
        </g>
      )}
      {type?.face.map((element, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the elements of a type are a fixed list
        <Part key={index} element={element} far={far} />
      ))}
      {!type && <rect x="18" y="3" width={w - 36} height={h - 6} rx="2" className="rk-unknown-type" />}
    </>
  );
});

/** Expansion slot brackets, 20.32 mm apart, in the window that shows the machine's rear. */
function slotSeams(window: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }): string {
  const count = Math.max(1, Math.floor(window.h / 20.32));
  const pitch = window.h / count;
  return Array.from(
    { length: count - 1 },
    (_, index) => `M${window.x + 1} ${window.y + (index + 1) * pitch}h${window.w - 2}`,
  ).join("");
}

/** Mounting ears with their screws, one pair per face up to 2U, two above. */
function Ears({ h }: { readonly h: number }) {
  const screws = h < 60 ? [h / 2] : [14, h - 14];
  return (
    <>
      {[0, faceWidthMm - 16.5].map((x, side) => (
        <g key={x}>
          <rect x={x + 0.4} y="0.7" width="16" height={h - 1.4} rx="1.6" className="rk-ear" />
          {screws.map((y) => (
            <g key={y} transform={`translate(${x + 8.2} ${y})`}>
              <circle r="3.1" className="rk-screw-seat" />
              <circle r="2.5" fill="url(#rk-screw)" />
              <path d="M-1.5 -0.6L1.5 0.6M0.6 -1.5L-0.6 1.5" className="rk-screw-slot" />
            </g>
          ))}
          {h > 60 && (
            <rect
              x={x + (side === 0 ? 11 : 2.6)}
              y={h * 0.3}
              width="2.8"
              height={h * 0.4}
              rx="1.4"
              className="rk-handle"
            />
          )}
        </g>
      ))}
    </>
  );
}

function Part({ element, far }: { readonly element: FaceElement; readonly far: boolean }) {
  if (!far) return <Element element={element} />;
  if (!("w" in element)) return null;
  const { x, y, w, h } = element;
  return <rect x={x} y={y} width={w} height={h} className={outlines[element.kind] ?? "rk-panel"} />;
}

/** What stands for a part seen from far: something dark, or a light plate. */
const outlines: Partial<Readonly<Record<FaceElement["kind"], string>>> = {
  bays: "rk-inset",
  cells: "rk-inset",
  vent: "rk-inset-soft",
  outlets: "rk-inset",
};

function Element({ element }: { readonly element: FaceElement }) {
  switch (element.kind) {
    case "bays":
      return <Bays element={element} />;
    case "cells":
      return <Cells element={element} />;
    case "vent":
      return <Vent element={element} />;
    case "panel":
      return (
        <g>
          <rect x={element.x} y={element.y} width={element.w} height={element.h} rx="2" className="rk-panel" />
          <path d={`M${element.x + 1.5} ${element.y + element.h - 0.5}h${element.w - 3}`} className="rk-edge-light" />
        </g>
      );
    case "optical":
      return (
        <g>
          <rect x={element.x} y={element.y} width={element.w} height={element.h} rx="1" className="rk-inset" />
          <rect
            x={element.x + 1}
            y={element.y + 1}
            width={element.w - 2}
            height={element.h - 2}
            rx="0.8"
            className="rk-tray"
          />
          <path d={`M${element.x + 2} ${element.y + element.h * 0.42}h${element.w - 4}`} className="rk-seam" />
          <rect
            x={element.x + element.w - 14}
            y={element.y + element.h * 0.6}
            width="9"
            height={Math.min(3, element.h * 0.22)}
            rx="0.8"
            className="rk-latch"
          />
          <circle cx={element.x + element.w - 18} cy={element.y + element.h * 0.72} r="0.9" className="rk-led-off" />
        </g>
      );
    case "led":
      return <circle cx={element.x} cy={element.y} r="2.3" className="rk-led-seat" />;
    case "button":
      return (
        <g transform={`translate(${element.x} ${element.y})`}>
          <circle r="4.8" className="rk-inset" />
          <circle r="3.9" className="rk-button" />
          <path d="M-1.5 -0.9a2 2 0 1 0 3 0M0 -2.2v2.2" className="rk-button-mark" />
        </g>
      );
    case "text":
      return (
        <text x={element.x} y={element.y} fontSize={element.sizeMm} className="rk-print">
          {element.text}
        </text>
      );
    case "outlets":
      return <Outlets element={element} />;
  }
}

/** Drive carriers: grill, lever and a pair of lights each. */
function Bays({ element }: { readonly element: Of<"bays"> }) {
  const w = element.w / element.columns;
  const h = element.h / element.rows;
  const cells = Array.from({ length: element.rows * element.columns }, (_, index) => ({
    x: element.x + (index % element.columns) * w,
    y: element.y + Math.floor(index / element.columns) * h,
  }));
  return (
    <g>
      <rect
        x={element.x - 1}
        y={element.y - 1}
        width={element.w + 2}
        height={element.h + 2}
        rx="1.6"
        className="rk-inset"
      />
      {cells.map(({ x, y }) => (
        <g key={`${x} ${y}`} transform={`translate(${x} ${y})`}>
          <rect x="0.6" y="0.6" width={w - 1.2} height={h - 1.2} rx="1.1" className="rk-bay" />
          {element.upright ? (
            <>
              <rect x="2" y="8" width={w - 4} height={h - 24} fill="url(#rk-grill)" />
              <rect x="2" y={h - 14} width={w - 4} height="11" rx="1" className="rk-latch" />
              <path d={`M3.2 ${h - 8.5}h${w - 6.4}`} className="rk-seam" />
              <circle cx="3.6" cy="4.4" r="1" className="rk-drive-led" />
              <circle cx="6.8" cy="4.4" r="1" className="rk-led-off" />
            </>
          ) : (
            <>
              <rect x="4" y="2.4" width={Math.max(6, w - 24)} height={h - 4.8} fill="url(#rk-grill)" />
              <rect x={w - 17} y="2" width="12" height={h - 4} rx="1" className="rk-latch" />
              <path d={`M${w - 11} 3.4v${h - 6.8}`} className="rk-seam" />
              <circle cx={w - 3} cy="3.6" r="0.9" className="rk-drive-led" />
              <circle cx={w - 3} cy="6.6" r="0.9" className="rk-led-off" />
            </>
          )}
        </g>
      ))}
    </g>
  );
}

/** Processor and memory cells: lever above, number, light, cooling slots below. */
function Cells({ element }: { readonly element: Of<"cells"> }) {
  const w = element.w / element.count;
  return (
    <g>
      <rect
        x={element.x - 1.4}
        y={element.y - 1.4}
        width={element.w + 2.8}
        height={element.h + 2.8}
        rx="2"
        className="rk-inset"
      />
      {Array.from({ length: element.count }, (_, index) => {
        const h = element.h;
        const slots = Math.max(3, Math.floor((w - 9) / 4.2));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: cells are numbered
          <g key={index} transform={`translate(${element.x + index * w} ${element.y})`}>
            <rect x="0.8" y="0.6" width={w - 1.6} height={h - 1.2} rx="1.6" className="rk-bay" />
            <rect x="4" y="5" width={w - 8} height="17" rx="2" className="rk-latch" />
            <rect x="7.5" y="9.4" width={w - 15} height="8" rx="2" className="rk-inset" />
            <text x={w / 2} y="33.4" textAnchor="middle" fontSize="7.4" className="rk-print">
              {index + 1}
            </text>
            <circle cx={w / 2} cy="40.6" r="1.7" className="rk-drive-led" />
            {Array.from({ length: slots }, (_, slot) => (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: slots are all alike
                key={slot}
                x={(w - slots * 4.2) / 2 + slot * 4.2 + 1}
                y="48"
                width="2.2"
                height={h - 68}
                rx="1.1"
                className="rk-hole"
              />
            ))}
            <rect x="5" y={h - 15} width={w - 10} height="9" rx="1.4" className="rk-latch" />
            <path d={`M7 ${h - 10.5}h${w - 14}`} className="rk-seam" />
          </g>
        );
      })}
    </g>
  );
}

function Vent({ element }: { readonly element: Of<"vent"> }) {
  const { x, y, w, h } = element;
  if (element.pattern === "mesh") {
    return (
      <g>
        <rect x={x} y={y} width={w} height={h} rx="1.6" className="rk-inset-soft" />
        <rect x={x + 1} y={y + 1} width={w - 2} height={h - 2} fill="url(#rk-mesh)" />
        <path d={`M${x + 1} ${y + 0.6}h${w - 2}`} className="rk-inset-shade" />
      </g>
    );
  }
  const count = Math.max(1, Math.floor(h / 5));
  return (
    <g>
      {Array.from({ length: count }, (_, index) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: slots are all alike
          key={index}
          x={x}
          y={y + (index + 0.5) * (h / count) - 1.3}
          width={w}
          height="2.6"
          rx="1.3"
          className="rk-hole"
        />
      ))}
    </g>
  );
}

function Outlets({ element }: { readonly element: Of<"outlets"> }) {
  const w = element.w / element.count;
  return (
    <g>
      {Array.from({ length: element.count }, (_, index) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: outlets are all alike
          key={index}
          x={element.x + index * w + 1}
          y={element.y}
          width={w - 2}
          height={element.h}
          rx="2"
          className="rk-inset"
        />
      ))}
    </g>
  );
}
