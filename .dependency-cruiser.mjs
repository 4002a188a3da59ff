/**
 * Owns what may know what. A path answers three questions: contract? pure module? service or host? The rules follow
 * from the answers (docs/architecture.md). test/house/boundaries.test.ts proves that each rule catches what it forbids.
 */

/** Every npm package the app imports, by where it can run. One that stands in no list fails, used or not. */
export const packages = {
  /** Computes only: allowed everywhere. */
  pure: ["@orpc/client", "@orpc/contract", "immer", "node-diff3", "papaparse", "yaml", "zod"],
  /** Needs Node: services and hosts only. */
  node: [
    "@fontsource/inter",
    "@fontsource/jetbrains-mono",
    "@orpc/server",
    "fontkit",
    "node-ssh",
    "pdfkit",
    "ssh2",
    "tar-stream",
    "ws",
    "xz-decompress",
    "yauzl",
    "yazl",
  ],
  /** Needs a page: the renderer only. */
  dom: [
    "@fontsource-variable/inter",
    "@fontsource-variable/jetbrains-mono",
    "@mantine/core",
    "@mantine/hooks",
    "@mantine/notifications",
    "@mantine/spotlight",
    "@tabler/icons-react",
    "@xterm/addon-fit",
    "@xterm/addon-search",
    "@xterm/addon-serialize",
    "@xterm/addon-unicode11",
    "@xterm/addon-web-links",
    "@xterm/addon-webgl",
    "@xterm/xterm",
    "dockview-react",
    "react",
    "react-dom",
    "uplot",
    "zustand",
  ],
  /** Needs Electron: its hosts only. */
  electron: ["electron"],
  /** Builds, checks and tests; nothing that ships imports it. */
  tool: [
    "@biomejs/biome",
    "@electron/fuses",
    "@playwright/test",
    "@types/fontkit",
    "@types/node",
    "@types/papaparse",
    "@types/pdfkit",
    "@types/react",
    "@types/react-dom",
    "@types/ssh2",
    "@types/tar-stream",
    "@types/ws",
    "@types/yauzl",
    "@types/yazl",
    "@vitejs/plugin-react",
    "@xterm/headless",
    "axe-core",
    "dependency-cruiser",
    "electron-builder",
    "fast-check",
    "knip",
    "node",
    "node-gyp",
    "typescript",
    "vite",
    "vitest",
  ],
};

/** Files of a feature that other features may import: types and pure helpers that are its published face. */
const sharedFiles = [
  "lab/(nearest|ports|tree)\\.ts",
  "ssh/(types|quote|taking|head|faults|config|config-resolve|config\\.node)\\.ts",
  "history/(types|rates)\\.ts",
  "fabric/read/(counters|ibstat|lspci)\\.ts",
  "sticks/(layout|layouts\\.node|own-layouts\\.node)\\.ts",
  "fabric/(merge|polling\\.node|tracked|read/mlnxos|read/saved\\.node)\\.ts",
];

const quoted = (name) => name.replaceAll(/[/.]/g, "\\$&");
const from = (...names) => `(^|/)node_modules/(@types/)?(${names.map(quoted).join("|")})/`;

const contract = "^electron/contract/";
/** Programs: nothing imports them. */
const programs = "^electron/(main|preload|browser|cli|start)\\.ts$";
/** The house around the features builds them and shows them to the world: all files beside their folders but these. */
const shared =
  "abort|own-file\\.node|process-mark\\.node|published|secrets|steps|thread\\.node|unfinished\\.node|whole-file\\.node";
const houses = `^electron/(?!(${shared})\\.ts$)[^/]+\\.ts$`;
const effects = "(^electron/[^/]+/service|\\.node)\\.ts$";
const pure = { path: "^electron/[^/]+/", pathNot: `${contract}|${effects}` };
const buildConfiguration = "\\.config\\.ts$";

const forbidden = [
  {
    name: "contract-stands-alone",
    comment:
      "The contract is the one door between renderer, shell and services: zod, oRPC's contract and its siblings.",
    severity: "error",
    from: { path: contract },
    to: { pathNot: `${contract}|${from("zod", "@orpc/contract")}` },
  },
  {
    name: "pure-without-builtins",
    comment:
      "A pure module computes from values. What touches the world is in service.ts or a *.node.ts file. A Buffer is memory.",
    severity: "error",
    from: pure,
    to: { dependencyTypes: ["core"], pathNot: "^(node:)?buffer$" },
  },
  {
    name: "pure-without-effects",
    comment: "A pure module imports no package that needs Node, a page or Electron.",
    severity: "error",
    from: pure,
    to: { path: from(...packages.node, ...packages.dom, ...packages.electron) },
  },
  {
    name: "pure-without-services",
    comment:
      "A pure module does not reach for a file that does I/O: the service calls it, not the other way round. Types may.",
    severity: "error",
    from: pure,
    to: { path: effects, dependencyTypesNot: ["type-only"] },
  },
  {
    name: "renderer-through-contract",
    comment: "The renderer knows the contract and nothing else of the main process.",
    severity: "error",
    from: { path: "^renderer/" },
    to: { path: "^electron/", pathNot: contract },
  },
  {
    name: "renderer-without-node",
    comment: "The renderer runs in a sandboxed page: no Node, no Electron.",
    severity: "error",
    from: { path: "^renderer/", pathNot: buildConfiguration },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "renderer-without-node-packages",
    comment: "The renderer runs in a sandboxed page: no package that needs Node or Electron.",
    severity: "error",
    from: { path: "^renderer/", pathNot: buildConfiguration },
    to: { path: from(...packages.node, ...packages.electron) },
  },
  {
    name: "main-without-renderer",
    comment: "The main process draws nothing.",
    severity: "error",
    from: { path: "^electron/" },
    to: { path: `^renderer/|${from(...packages.dom)}` },
  },
  {
    name: "programs-are-ends",
    comment: "Hosts are started, never imported.",
    severity: "error",
    from: {},
    to: { path: programs },
  },
  {
    name: "features-below-house",
    comment: "A feature does not know who builds it or how it is shown.",
    severity: "error",
    from: { path: "^electron/[^/]+/" },
    to: { path: houses },
  },
  {
    name: "features-apart",
    comment: "A feature imports another feature's published face only (sharedFiles in this file).",
    severity: "error",
    from: { path: "^electron/([^/]+)/", pathNot: contract },
    to: { path: "^electron/[^/]+/", pathNot: `^electron/(contract|$1)/|^electron/(${sharedFiles.join("|")})$` },
  },
  {
    name: "kit-is-dumb",
    comment: "renderer/kit/ draws what it is given: it knows no feature, no store and no client.",
    severity: "error",
    from: { path: "^renderer/kit/" },
    to: { path: "^renderer/", pathNot: "^renderer/kit/" },
  },
  {
    name: "electron-in-its-hosts",
    comment: "Electron is one of three hosts: only its own files import it.",
    severity: "error",
    from: { pathNot: "^electron/(main|preload|electron-host|leaving|safe-storage\\.node|start)\\.ts$" },
    to: { path: from("electron") },
  },
  {
    name: "ssh-in-ssh",
    comment:
      "SSH connections have one owner; the practice lab is the other side of the wire. Which ciphers are in use may be asked.",
    severity: "error",
    from: { pathNot: "^electron/(ssh|practice)/" },
    to: { path: from("ssh2", "node-ssh"), pathNot: "ssh2/lib/protocol/crypto\\.js$" },
  },
  {
    name: "tools-stay-outside",
    comment: "Nothing that ships imports what only builds or tests.",
    severity: "error",
    from: { pathNot: buildConfiguration },
    to: { path: from(...packages.tool.filter((name) => !name.startsWith("@types/"))) },
  },
  {
    name: "no-uncategorised-package",
    comment: "Say in `packages` of this file where a package can run before anything imports it.",
    severity: "error",
    from: {},
    to: { path: "(^|/)node_modules/", pathNot: from(...Object.values(packages).flat()) },
  },
  {
    name: "no-undeclared-package",
    comment: "A package that is imported stands in package.json.",
    severity: "error",
    from: {},
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
  },
  {
    name: "no-unresolvable",
    comment: "An import that leads nowhere.",
    severity: "error",
    from: {},
    to: { couldNotResolve: true, pathNot: "[.]css$" },
  },
  {
    name: "no-cycle",
    comment: "Files that need each other in a circle cannot be understood one at a time. Types may name each other.",
    severity: "error",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
  {
    name: "no-orphan",
    comment: "A file that nothing imports and that imports nothing is left over.",
    severity: "error",
    from: { orphan: true, pathNot: `[.]d[.]ts$|${buildConfiguration}` },
    to: {},
  },
];

export default {
  forbidden,
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "[.](css|html|svg|woff2)$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
