/** Packages the desktop app: `npm run package`. Native addons are rebuilt for Electron by electron-builder itself. */
import { afterPack } from "./fuses.mjs";

/** @type {import("electron-builder").Configuration} */
const configuration = {
  appId: "org.halfrack.app",
  productName: "Halfrack",
  directories: { output: "dist/packages", buildResources: "build" },
  files: ["dist/main/**", "dist/renderer/**", "assets/**", "package.json", "LICENSE"],
  asar: true,
  asarUnpack: ["**/*.node"],
  afterPack,
  linux: { target: ["AppImage", "deb"], category: "System", maintainer: "The Halfrack authors" },
  mac: { target: ["dmg"], category: "public.app-category.developer-tools", hardenedRuntime: true },
  win: { target: ["nsis"] },
};

export default configuration;
