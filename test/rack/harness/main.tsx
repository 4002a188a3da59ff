/** A page with the rack alone, fed from test/rack/cube.ts: `?scene=cube&theme=dark&select=device:node3`. */
import "@mantine/core/styles.css";
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import { MantineProvider } from "@mantine/core";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { parse } from "yaml";
import { deviceTypeSchema } from "../../../electron/contract/device-type.ts";
import type { LabEdit } from "../../../electron/contract/lab.ts";
import { InspectorView } from "../../../renderer/rack/InspectorView.tsx";
import { RackPlace } from "../../../renderer/rack/RackPlace.tsx";
import type { Selection } from "../../../renderer/rack/selection.ts";
import { cssVariables, theme } from "../../../renderer/theme.ts";
import "../../../renderer/theme.css";
import { applyEdits, scenes } from "../scenes.ts";

const files = import.meta.glob<string>("../../../assets/device-types/*.yaml", {
  query: "?raw",
  import: "default",
  eager: true,
});
const types = Object.fromEntries(
  Object.values(files)
    .map((text) => deviceTypeSchema.parse(parse(text)))
    .map((type) => [type.slug, type]),
);
const query = new URLSearchParams(location.search);
const scheme = query.get("theme") === "light" ? "light" : "dark";

function selected(text: string | null): Selection | null {
  const [kind, device = "", port = ""] = (text ?? "").split(":");
  if (kind === "device") return { kind, device };
  if (kind === "port") return { kind, device, port };
  return kind === "cable" ? { kind, id: device } : null;
}

interface Harness {
  /** Edits the rack asked for, oldest first. */
  edits: LabEdit[];
  terminals: string[];
  setScene: (name: string) => void;
}
declare global {
  interface Window {
    harness: Harness;
  }
}
window.harness = { edits: [], terminals: [], setScene: () => {} };

function Page() {
  const [scene, setScene] = useState(() => scenes(types)[query.get("scene") ?? "cube"]);
  const [selection, setSelection] = useState(() => selected(query.get("select")));
  window.harness.setScene = (name) => setScene(scenes(types)[name]);
  if (!scene) return <p>No such scene</p>;
  const openTerminal = (device: string) => {
    window.harness.terminals.push(device);
  };
  return (
    <main
      style={{
        display: "grid",
        gridTemplateColumns: selection ? "minmax(0,1fr) 340px" : "minmax(0,1fr)",
        height: "100vh",
      }}
    >
      <RackPlace
        state={scene.state}
        fabric={scene.fabric}
        selection={selection}
        onSelect={setSelection}
        onOpenTerminal={openTerminal}
        onAddDevice={() => {}}
        onEdit={(edits) => {
          window.harness.edits.push(...edits);
          setScene({ ...scene, ...applyEdits(scene, edits) });
        }}
      />
      {selection && (
        <InspectorView
          state={scene.state}
          fabric={scene.fabric}
          ssh={null}
          selection={selection}
          onSelect={setSelection}
          onOpenTerminal={openTerminal}
          onRemoveCable={() => {}}
        />
      )}
    </main>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme={scheme}>
      <Page />
    </MantineProvider>,
  );
}
