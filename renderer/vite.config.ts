import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, "..", "dist", "renderer"),
    emptyOutDir: true,
    target: "chrome140",
    // Everything is local: one larger file costs less than it seems, and inlined assets would need data: in the policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
  },
});
