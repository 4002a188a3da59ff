/**
 * Electron's fuses, every one spelled out: a fuse that a new Electron brings fails the packaging until it is decided.
 * Runs after electron-builder has laid out the app and before it signs it.
 */
import { join } from "node:path";
import { FuseV1Options, FuseVersion, flipFuses } from "@electron/fuses";

export const fuses = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  /** The binary cannot be used as a bare Node. */
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  /** The app is served over app://; file:// needs no rights. */
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  /** WebAssembly is not used; the usual, trapping way is the well-tested one. */
  [FuseV1Options.WasmTrapHandlers]: true,
};

/** @param {import("electron-builder").AfterPackContext} context */
export async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  const binary =
    electronPlatformName === "darwin"
      ? join(appOutDir, `${name}.app`)
      : join(appOutDir, electronPlatformName === "win32" ? `${name}.exe` : packager.executableName);
  await flipFuses(binary, { ...fuses, resetAdHocDarwinSignature: electronPlatformName === "darwin" });
}
