/** Owns what is told of a port. */
import { Button } from "@mantine/core";
import { IconPlug } from "@tabler/icons-react";
import type { PortKind } from "../../electron/contract/device-type.ts";
import type { FabricState } from "../../electron/contract/fabric.ts";
import type { LabState } from "../../electron/contract/lab.ts";
import { typeOf } from "../../electron/contract/units.ts";
import { endText } from "../../electron/contract/words.ts";
import { PortHistorySection } from "../history/HistorySection.tsx";
import { RawOutput } from "../kit/RawOutput.tsx";
import { Facts, Section } from "../kit/Section.tsx";
import { OwnFindings } from "../plan/Findings.tsx";
import { findingsAt } from "../plan/lead.ts";
import { readOnlyWhy } from "../read-only.ts";
import { select, useUi } from "../stores.ts";
import { SwitchPortSection } from "../switch/SwitchPortSection.tsx";
import { cableOf } from "./editing.ts";
import { slotText } from "./InspectDevice.tsx";
import { CableList, portFacts } from "./InspectorParts.tsx";
import { livePort } from "./ports.ts";
import { atPort } from "./walk.ts";

const kindWords: Readonly<Record<PortKind, string>> = {
  infiniband: "InfiniBand",
  ethernet: "Ethernet",
  power: "power",
  console: "console",
  usb: "USB",
  other: "other",
};

export function InspectPort({
  state,
  fabric,
  device,
  port,
}: {
  readonly state: LabState;
  readonly fabric: FabricState | null;
  readonly device: string;
  readonly port: string;
}) {
  const subject = state.lab?.devices.find((each) => each.name === device);
  const type = subject && typeOf(subject, state.deviceTypes);
  const declared = type?.ports.find((each) => each.name === port);
  const live = fabric && livePort(fabric, device, port);
  const source = fabric?.devices[device]?.source;
  const closed = readOnlyWhy(state);
  const free = state.lab !== null && cableOf(state.lab, { device, port }) === undefined;
  return (
    <>
      <header>
        <h2>{endText({ device, port })}</h2>
        <p className="hr-dim">
          {[declared?.connector, kindWords[declared?.kind ?? "infiniband"], "port"].filter(Boolean).join(" ")}
        </p>
      </header>
      <div className="hr-actions">
        {subject && free && (
          <Button
            leftSection={<IconPlug size={15} aria-hidden />}
            disabled={closed !== null}
            title={closed ?? "Then choose the other port: click it, or walk there with the arrow keys and press Enter"}
            onClick={() => useUi.setState({ planFrom: { device, port } })}
          >
            Plan a cable…
          </Button>
        )}
        <Button variant="default" onClick={() => select({ kind: "device", device })}>
          Select {device.length > 24 ? "the device" : device}
        </Button>
      </div>
      {fabric && <OwnFindings findings={findingsAt(fabric, device, port)} />}
      <Section title="Cable">
        <CableList cables={(fabric?.cables ?? []).filter((cable) => atPort(cable, { device, port }))} of={device} />
      </Section>
      <PortHistorySection key={`${device} ${port}`} device={device} port={port} />
      <SwitchPortSection device={device} port={port} lab={state.lab} />
      {type?.kind !== "switch" && (
        <Section title="As its host reports it">
          {live ? (
            <Facts facts={[...portFacts(live.port), ["PCIe slot", live.slot && slotText(live.slot)]]} />
          ) : (
            <p className="hr-dim">Not reported by any host yet.</p>
          )}
        </Section>
      )}
      {source && <RawOutput source={source} />}
    </>
  );
}
