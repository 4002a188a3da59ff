import { SegmentedControl, Switch } from "@mantine/core";
import type { Settings } from "../../electron/contract/app.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { attempt } from "../kit/attempt.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { useLab, useSettings } from "../stores.ts";
import { HistorySettings } from "./HistorySettings.tsx";
import { NumberSetting } from "./NumberSetting.tsx";
import { bellChoices, settingNames, terminalSwitches } from "./names.ts";
import { Row } from "./Row.tsx";
import "./settings.css";

const change = (changes: Partial<Settings>) => void attempt(client.app.changeSettings(changes));

export function SettingsPlace() {
  const settings = useSettings((mirror) => mirror.value);
  const labPath = useLab((mirror) => mirror.value?.path ?? null);
  const asked = useAnswer("info", (signal) => client.app.info(undefined, { signal }));
  const { value: info } = asked;
  if (!settings) return null;
  return (
    <div className="hr-settings">
      <section aria-labelledby="settings-appearance">
        <h2 id="settings-appearance">Appearance</h2>
        <Row label={settingNames.theme}>
          <SegmentedControl
            aria-label={settingNames.theme}
            data={["system", "light", "dark"]}
            value={settings.theme}
            onChange={(theme) => change({ theme: theme as Settings["theme"] })}
          />
        </Row>
        <Row label={settingNames.density}>
          <SegmentedControl
            aria-label={settingNames.density}
            data={["compact", "comfortable"]}
            value={settings.density}
            onChange={(density) => change({ density: density as Settings["density"] })}
          />
        </Row>
      </section>
      <section aria-labelledby="settings-terminal">
        <h2 id="settings-terminal">Terminals</h2>
        <NumberSetting name="terminalFontSizePx" {...{ settings, change }} />
        <NumberSetting name="terminalScrollbackLines" {...{ settings, change }} />
        <Row label={settingNames.terminalBell}>
          <SegmentedControl
            aria-label={settingNames.terminalBell}
            data={[...bellChoices]}
            value={settings.terminalBell}
            onChange={(bell) => change({ terminalBell: bell as Settings["terminalBell"] })}
          />
        </Row>
        {terminalSwitches.map(({ key, help }) => (
          <Row key={key} label={settingNames[key]} help={help}>
            <Switch
              aria-label={settingNames[key]}
              checked={settings[key]}
              onChange={({ currentTarget }) => change({ [key]: currentTarget.checked })}
            />
          </Row>
        ))}
      </section>
      <section aria-labelledby="settings-observing">
        <h2 id="settings-observing">Observing</h2>
        <NumberSetting
          name="pollIntervalMs"
          help="Devices that do not answer are asked less often; nothing is asked while no window is in sight."
          {...{ settings, change }}
        />
      </section>
      <HistorySettings settings={settings} change={change} />
      <section aria-labelledby="settings-about">
        <h2 id="settings-about">This Halfrack</h2>
        <AnswerFault of={[asked]} />
        {info && (
          <dl>
            <dt>Version</dt>
            <dd>
              {info.version}, {info.host} host on {info.platform}, Node {info.nodeVersion}
            </dd>
            <dt>Lab file</dt>
            <dd className="hr-mono">{labPath ?? "none open"}</dd>
            <dt>Profile folder</dt>
            <dd className="hr-mono">{info.profileDir}</dd>
            <dt>SSH ciphers</dt>
            <dd>
              {info.nativeCiphers
                ? "native"
                : "JavaScript (several times slower: the native addon is not built for this runtime)"}
            </dd>
            <dt>Secrets</dt>
            <dd>{info.secretsPersist ? "kept in the system's key store" : "kept in memory until Halfrack ends"}</dd>
            <dt>Known hosts</dt>
            <dd>
              Your own known_hosts is honoured and never written; accepted keys are recorded in the profile folder.
            </dd>
          </dl>
        )}
      </section>
    </div>
  );
}
