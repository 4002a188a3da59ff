/** A port as its switch tells of it, in the inspector of the port, and what may be changed there. */
import { Button } from "@mantine/core";
import { IconPencil, IconPlugConnected, IconPlugConnectedX } from "@tabler/icons-react";
import { isSamePort } from "../../electron/contract/face-port.ts";
import type { Lab } from "../../electron/contract/lab.ts";
import { dataGbps } from "../../electron/contract/rates.ts";
import { portsCommand } from "../../electron/contract/switch.ts";
import { Age } from "../kit/Age.tsx";
import { Facts, Section } from "../kit/Section.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { dataText } from "../rack/words.ts";
import { openDialog } from "../stores.ts";
import { isPlanned, SourceRow, useSwitch } from "./SwitchSections.tsx";
import { tellPort } from "./words.ts";

/** Nothing for a port of a device that is no switch, or that has not told of this port. */
export function SwitchPortSection({
  device,
  port: face,
  lab,
}: {
  readonly device: string;
  readonly port: string;
  readonly lab: Lab | null;
}) {
  const live = useSwitch(device);
  const port = live?.ports.find(({ name }) => isSamePort(name, face));
  if (!live || !port) return null;
  const told = tellPort(port, isPlanned(lab, device, port));
  const shut = port.physical === "Disabled";
  const { transceiver } = port;
  const source = live.sources.find(({ command }) => command === portsCommand);
  const change = (kind: "describe" | "shut" | "enable") =>
    openDialog({ kind: "switch-port", device, port: port.name, change: kind });
  return (
    <Section title="As the switch reports it">
      <p className="hr-told">
        <StateMark state={told.mark} />
        {told.words}
        <Age at={port.since} prefix="seen so " lasting />
      </p>
      {port.warning !== null && (
        <div className="hr-fault sw-warning" data-tone="degraded">
          <strong>{port.warning}</strong>
          {/power/i.test(port.warning) && (
            <p>The module takes more power than the port gives. The link stays down until it is replaced.</p>
          )}
        </div>
      )}
      <Facts
        facts={[
          ["State", `${port.logical}, physically ${port.physical}`],
          ["Link", port.width && port.speed ? `${port.width} ${port.speed}` : null],
          ["Signalling", port.rateGbps === null ? null : `${port.rateGbps} Gb/s, before encoding`],
          ["Carries", port.width && port.speed ? dataText(dataGbps(port.width, port.speed)) : null],
          ["Can run", port.supportedSpeeds.join(", ")],
          ["Type", port.type === null ? null : port.type === "ethernet" ? "Ethernet" : "InfiniBand"],
          ["Description", port.description || <span className="hr-dim">none</span>],
          [
            "Module",
            transceiver &&
              [transceiver.vendor, transceiver.type ?? transceiver.identifier, transceiver.length]
                .filter(Boolean)
                .join(", "),
          ],
          ["Part", transceiver?.partNumber && <code>{transceiver.partNumber}</code>],
          ["Serial", transceiver?.serialNumber && <code>{transceiver.serialNumber}</code>],
          ["Read", <Age key="age" at={port.observedAt} />],
        ]}
      />
      {port.type !== "ethernet" && (
        <div className="hr-actions">
          <Button
            variant="default"
            leftSection={<IconPencil size={15} aria-hidden />}
            onClick={() => change("describe")}
          >
            Describe…
          </Button>
          <Button
            variant="default"
            leftSection={
              shut ? <IconPlugConnected size={15} aria-hidden /> : <IconPlugConnectedX size={15} aria-hidden />
            }
            onClick={() => change(shut ? "enable" : "shut")}
          >
            {shut ? "Enable port…" : "Shut port…"}
          </Button>
        </div>
      )}
      {source && (
        <ul className="sw-sources">
          <SourceRow source={source} />
        </ul>
      )}
    </Section>
  );
}
