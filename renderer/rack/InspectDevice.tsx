/** Owns what is told of a device, and which of its facts come from the lab file and which from the host. */
import { Button } from "@mantine/core";
import { IconKey, IconPencil, IconTerminal2 } from "@tabler/icons-react";
import type { DeviceLive, FabricState, PciePace } from "../../electron/contract/fabric.ts";
import type { Device, LabState } from "../../electron/contract/lab.ts";
import { narrowestLink, paceText } from "../../electron/contract/rates.ts";
import type { ConnectionState, SshState } from "../../electron/contract/ssh.ts";
import { typeOf } from "../../electron/contract/units.ts";
import { Age } from "../kit/Age.tsx";
import { FaultView } from "../kit/FaultView.tsx";
import { RawOutput } from "../kit/RawOutput.tsx";
import { Facts, Section } from "../kit/Section.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { OwnFindings } from "../plan/Findings.tsx";
import { findingsAt } from "../plan/lead.ts";
import { readOnlyWhy } from "../read-only.ts";
import { openDialog, select } from "../stores.ts";
import { SwitchSections } from "../switch/SwitchSections.tsx";
import { openTerminal } from "../terminal/groups.ts";
import { CableList, liveCablesOf } from "./InspectorParts.tsx";
import { gbpsText, reachTone, reachWords, unitsText } from "./words.ts";

export function InspectDevice({
  state,
  fabric,
  ssh,
  name,
}: {
  readonly state: LabState;
  readonly fabric: FabricState | null;
  readonly ssh: SshState | null;
  readonly name: string;
}) {
  const device = state.lab?.devices.find((each) => each.name === name) ?? null;
  const type = device ? (typeOf(device, state.deviceTypes) ?? null) : null;
  const live = fabric?.devices[name];
  const connection = ssh?.connections[name];
  const closed = readOnlyWhy(state);
  const units = unitsText({ unit: device?.unit ?? null, heightU: type?.heightU ?? 1, device });
  const where = device?.rack && device.unit !== undefined ? `${units} of ${device.rack}` : units;
  return (
    <>
      <header>
        <h2 title={name}>{name}</h2>
        <p className="hr-dim">
          {[type ? `${type.manufacturer} ${type.model}` : (device?.type ?? ""), where, device?.role]
            .filter(Boolean)
            .join(" \u00b7 ")}
        </p>
        <p className="hr-told" data-tone={reachTone(live?.reach)}>
          <StateMark state={live?.reach === "reaching" ? "busy" : reachTone(live?.reach)} />
          {reachWords[live?.reach ?? "unknown"]}
          {live?.since != null && <Age at={live.since} lasting />}
        </p>
      </header>
      {live?.fault && (
        <FaultView fault={live.fault} tone={reachTone(live.reach) === "degraded" ? "degraded" : "down"} />
      )}
      <div className="hr-actions">
        {ssh?.changedKeys.some((changed) => changed.device === name) && (
          <Button
            variant="default"
            leftSection={<IconKey size={15} aria-hidden />}
            onClick={() => openDialog({ kind: "changed-key", device: name })}
          >
            Compare the keys…
          </Button>
        )}
        <Button
          leftSection={<IconTerminal2 size={15} aria-hidden />}
          disabled={!device?.ssh}
          onClick={() => openTerminal(name)}
        >
          Open terminal
        </Button>
        {device && (
          <Button
            variant="default"
            leftSection={<IconPencil size={15} aria-hidden />}
            disabled={closed !== null}
            title={closed ?? undefined}
            onClick={() => openDialog({ kind: "edit-device", device: name })}
          >
            Edit device…
          </Button>
        )}
        {!device?.ssh && <span className="hr-dim">The lab file gives it no SSH address.</span>}
      </div>
      {fabric && <OwnFindings findings={findingsAt(fabric, name)} />}
      <Section title="Reached">
        <Facts facts={reached(device, live, connection)} />
      </Section>
      <Section title="Cables">
        <CableList cables={liveCablesOf(fabric, name)} of={name} />
      </Section>
      <SwitchSections device={name} type={type ?? undefined} lab={state.lab} told={live?.fault ?? null} />
      {live?.hcas.map((hca) => (
        <Section key={hca.name} title={`HCA ${hca.name}`}>
          <Facts
            facts={[
              ["Model", hca.model],
              ["Firmware", hca.firmware],
              ["Node GUID", hca.nodeGuid ? <code key="guid">{hca.nodeGuid}</code> : null],
              ["PCIe slot", hca.slot ? slotText(hca.slot) : null],
              ...hca.ports.map((port): readonly [string, React.ReactNode] => [
                `Port ${port.number}`,
                <button
                  key={port.number}
                  type="button"
                  className="hr-link hr-inline"
                  onClick={() => select({ kind: "port", device: name, port: `${hca.name}/${port.number}` })}
                >
                  {[port.state, port.width && port.speed ? `${port.width} ${port.speed}` : port.physState].join(", ")}
                </button>,
              ]),
            ]}
          />
        </Section>
      ))}
      {(live?.hcas.length ?? 0) === 0 && (device?.hcas?.length ?? 0) > 0 && (
        <Section title="HCAs in the lab file">
          <Facts
            facts={(device?.hcas ?? []).map((hca): readonly [string, React.ReactNode] => [
              hca.name,
              [hca.model, `${hca.ports} ${hca.ports === 1 ? "port" : "ports"}`].filter(Boolean).join(", "),
            ])}
          />
        </Section>
      )}
      {device?.expect && (
        <Section title="Expected">
          <Facts
            facts={[
              ["Sockets", device.expect.sockets ?? null],
              ["Cores", device.expect.cores ?? null],
              ["Memory", device.expect.memoryGiB === undefined ? null : `${device.expect.memoryGiB} GiB`],
            ]}
          />
        </Section>
      )}
      {device?.note && (
        <Section title="Note">
          <p className="rk-note">{device.note}</p>
        </Section>
      )}
      {live?.source && <RawOutput source={live.source} />}
    </>
  );
}

function reached(
  device: Device | null,
  live: DeviceLive | undefined,
  connection: ConnectionState | undefined,
): readonly (readonly [string, React.ReactNode])[] {
  const { ssh, bmc } = device ?? {};
  const address = ssh ? `${ssh.user ? `${ssh.user}@` : ""}${ssh.host}${ssh.port ? `:${ssh.port}` : ""}` : null;
  const way = live?.how?.replace(/^SSH /, "") || address;
  return [
    ["SSH", way ? <code key="ssh">{way}</code> : null],
    [
      "Session",
      connection && connection.status !== "idle"
        ? `${connection.status}, ${connection.channels} ${connection.channels === 1 ? "channel" : "channels"}`
        : null,
    ],
    ["Logged in with", connection?.authenticatedBy ?? null],
    [
      "BMC",
      bmc ? (
        <code key="bmc">{`${bmc.kind} ${bmc.user ? `${bmc.user}@` : ""}${bmc.host}${bmc.port ? `:${bmc.port}` : ""}`}</code>
      ) : null,
    ],
    ["Last seen", live ? <Age key="seen" at={live.lastSeenAt} /> : null],
    ["Observed", live ? <Age key="observed" at={live.observedAt} /> : null],
    ["Round trip", live?.roundTripMs != null ? `${live.roundTripMs.toFixed(1)} ms` : null],
  ];
}

export function slotText({ address, path }: NonNullable<DeviceLive["hcas"][number]["slot"]>): React.ReactNode {
  const narrowest = narrowestLink(path);
  const [own] = path;
  const able = own ? ([["card", own.can] as const, ["slot", own.above?.can ?? null] as const] as const) : [];
  return (
    <>
      <code>{address}</code>
      <br />
      {`${toldText(own?.runs)}${narrowest === null ? "" : `, ${gbpsText(narrowest.gbps)} Gb/s`}`}
      {able.map(
        ([what, can]) =>
          can &&
          paceText(can) !== toldText(own?.runs) && (
            <span key={what} className="rk-below">
              <br />
              {`the ${what} can ${paceText(can)}`}
            </span>
          ),
      )}
      {narrowest && narrowest.link !== own && (
        <span className="rk-below">
          <br />
          {`a link above it, of ${narrowest.link.address}, runs ${toldText(narrowest.link.runs)}`}
        </span>
      )}
    </>
  );
}

const toldText = (pace: PciePace | null | undefined) => (pace ? paceText(pace) : "not told");
