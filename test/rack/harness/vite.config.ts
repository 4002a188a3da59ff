import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { fs: { allow: [fileURLToPath(new URL("../../..", import.meta.url))] } },
});
