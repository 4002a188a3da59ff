import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./theme.css";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { invariant } from "../electron/contract/error.ts";
import { App } from "./frame/App.tsx";
import { DropTarget } from "./graph/DropTarget.tsx";
import { cssVariables, theme } from "./theme.ts";

const root = document.getElementById("root");
invariant(root, "index.html holds #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <App />
      {/* From the first moment on: a file that is dropped on a page that does not mind takes its place. */}
      <DropTarget />
    </MantineProvider>
  </StrictMode>,
);
