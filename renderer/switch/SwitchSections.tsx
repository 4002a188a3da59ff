/** What a switch tells of itself, in the inspector of the device. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { Fault } from "../../electron/contract/error.ts";
import { facePortName, isSamePort } from "../../electron/contract/face-port.ts";
import type { Lab } from "../../electron/contract/lab.ts";
import type { SwitchLive, SwitchPort, SwitchSource } from "../../electron/contract/switch.ts";
import { Age } from "../kit/Age.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { RawText } from "../kit/RawOutput.tsx";
import { Facts, Section } from "../kit/Section.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { openDialog, select, useSwitches } from "../stores.ts";
import { hottest, linkWords, smWords, type Told, tellPart, tellPort } from "./words.ts";
import "./switch.css";

export const useSwitch = (device: string): SwitchLive | null =>
  useSwitches((mirror) => mirror.value?.switches[device] ?? null);

export const isPlanned = (lab: Lab | null, device: string, port: SwitchPort): boolean =>
  lab?.cables.some(({ from, to }) =>
    [from, to].some((end) => end.device === device && isSamePort(end.port, port.name)),
  ) ?? false;

/** Nothing for a device that is no switch with a command line. */
export function SwitchSections({
  device,
  type,
  lab,
  told,
}: {
  readonly device: string;
  readonly type: DeviceType | undefined;
  readonly lab: Lab | null;
  /** What is told of the device already: it is not told twice. */
  readonly told: Fault | null;
}) {
  const live = useSwitch(device);
  if (!live) return null;
  const { version } = live;
  return (
    <>
      {live.fault && live.fault.title !== told?.title && (
        <div className="sw-fault">
          <FaultView fault={live.fault} tone="degraded" />
        </div>
      )}
      <Section title="Switch">
        {live.sources.length === 0 ? (
          <p className="hr-dim">
            {live.fault ? "Its command line has not answered yet." : "Its command line is being asked…"}
          </p>
        ) : (
          <Facts
            facts={[
              ["Release", version && [version.product, version.release].filter(Boolean).join(" ")],
              ["Calls itself", live.host && `${live.host}, ${live.role}`],
              ["Uptime", version?.uptime && <Uptime text={version.uptime} at={version.observedAt} />],
              ["Host ID", version?.hostId && <code>{version.hostId}</code>],
              ["Subnet mgr.", smWords(live)],
              ["Ports read", <Age key="age" at={live.observedAt} />],
            ]}
          />
        )}
      </Section>
      {live.ports.length > 0 && <Ports device={device} type={type} lab={lab} ports={live.ports} />}
      <Parts live={live} />
      {live.modules.length > 0 && (
        <Section title="Inventory">
          <table className="sw-table">
            <thead>
              <tr>
                <th>Module</th>
                <th>Part</th>
                <th>Serial</th>
              </tr>
            </thead>
            <tbody>
              {live.modules.map(({ module, partNumber, serialNumber }) => (
                <tr key={`${module} ${serialNumber}`}>
                  <th scope="row">{module}</th>
                  <td>
                    <code>{partNumber}</code>
                  </td>
                  <td>
                    <code>{serialNumber}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      {live.sources.length > 0 && (
        <>
          <Section title="What it answered">
            <ul className="sw-sources">
              {live.sources.map((source) => (
                <SourceRow key={source.command} source={source} />
              ))}
            </ul>
          </Section>
          <div className="hr-actions">
            <Button variant="default" onClick={() => openDialog({ kind: "switch-save", device })}>
              Save configuration…
            </Button>
          </div>
        </>
      )}
    </>
  );
}

function Uptime({ text, at }: { readonly text: string; readonly at: number }) {
  return (
    <>
      {text.replace(/\.\d+s$/, "s")} <Age at={at} prefix="as told " />
    </>
  );
}

function Mark({ told }: { readonly told: Told }) {
  return (
    <span className="sw-state" data-mark={told.mark}>
      <StateMark state={told.mark} />
      {told.words}
    </span>
  );
}

function Ports({
  device,
  type,
  lab,
  ports,
}: {
  readonly device: string;
  readonly type: DeviceType | undefined;
  readonly lab: Lab | null;
  readonly ports: readonly SwitchPort[];
}) {
  const [all, setAll] = useState(false);
  const rows = ports.map((port) => {
    const told = tellPort(port, isPlanned(lab, device, port));
    return { port, told, free: told.mark === "absent" && port.description === "" };
  });
  const free = rows.filter((row) => row.free).length;
  const up = ports.filter(({ logical }) => logical === "Active").length;
  return (
    <Section title={`Ports: ${up} of ${ports.length} active`}>
      <table className="sw-table sw-ports">
        <thead>
          <tr>
            <th>Port</th>
            <th>State</th>
            <th>Link</th>
            <th>Description</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter((row) => all || !row.free)
            .map(({ port, told }) => (
              <tr key={port.name}>
                <th scope="row">
                  <button
                    type="button"
                    className="hr-link hr-inline"
                    aria-label={`Port ${port.name}`}
                    onClick={() => select({ kind: "port", device, port: facePortName(port.name, type) })}
                  >
                    <code>{port.name}</code>
                  </button>
                </th>
                <td>
                  <Mark told={told} />
                </td>
                <td>
                  <code>{linkWords(port)}</code>
                </td>
                <td className="sw-clip" title={port.warning ?? port.description}>
                  {port.warning ?? port.description}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {free > 0 && (
        <button type="button" className="hr-link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Hide ports without a link" : `Show ${free} ${free === 1 ? "port" : "ports"} without a link`}
        </button>
      )}
    </Section>
  );
}

function Parts({ live }: { readonly live: SwitchLive }) {
  const { temperatures, fans, supplies, sources } = live;
  const power = sources.find(({ command }) => command === "show power");
  if (temperatures.length + fans.length + supplies.length === 0) return null;
  const most = hottest(live);
  return (
    <Section title={`Parts${most === null ? "" : `: at most ${most.toFixed(0)} °C`}`}>
      <table className="sw-table">
        <thead>
          <tr>
            <th>Part</th>
            <th className="sw-number">Reads</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {temperatures.map((sensor) => (
            <Part
              key={`${sensor.module} ${sensor.component} ${sensor.sensor}`}
              name={`${sensor.component} ${sensor.sensor}`}
              reads={`${sensor.celsius.toFixed(1)} °C`}
              told={tellPart(sensor)}
            />
          ))}
          {fans.map((fan) => (
            <Part
              key={`${fan.module} ${fan.fan}`}
              name={`Fan ${fan.module} ${fan.fan === "-" ? "" : fan.fan}`}
              reads={fan.speedRpm === null ? "" : `${fan.speedRpm.toFixed(0)} rpm`}
              told={tellPart(fan)}
            />
          ))}
          {supplies.map((supply) => (
            <Part key={supply.module} name={`Supply ${supply.module}`} reads="" told={tellPart(supply)} />
          ))}
        </tbody>
      </table>
      {power !== undefined && supplies.length === 0 && (
        <p className="hr-dim">
          {power.refused === null
            ? "What it says of its supplies is in no layout that is known: see “show power” below."
            : "It does not answer “show power”; a supply's own fan tells of it."}
        </p>
      )}
    </Section>
  );
}

function Part({ name, reads, told }: { readonly name: string; readonly reads: string; readonly told: Told }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="sw-number">{reads}</td>
      <td>
        <Mark told={told} />
      </td>
    </tr>
  );
}

export function SourceRow({
  source: { command, observedAt, text, refused, unread },
}: {
  readonly source: SwitchSource;
}) {
  const told = refused !== null ? "refused" : unread > 0 ? `${unread} lines not read` : "";
  return (
    <li>
      <RawText
        name={command}
        text={text}
        aside={
          <>
            <span className="hr-dim">{told}</span>
            <Age at={observedAt} />
          </>
        }
      />
    </li>
  );
}
