/** Owns where transfers run: each on an SFTP channel of its own, on a connection that terminals and commands share. */
import { FaultError } from "../contract/error.ts";
import type { Connection } from "./connection.node.ts";
import { cancelled } from "./faults.ts";
import type { Lease } from "./pool.ts";
import { SftpLink } from "./sftp.node.ts";
import type { Target } from "./target.ts";
import { checkPaths, download, removeRemote, upload } from "./transfer.node.ts";
import { noTransfer } from "./transfer-faults.ts";
import type { SshService, TransferInput } from "./types.ts";

/** A remote checksum may take this long: 100 GB at 100 MB/s, with room. */
const sumTimeoutMs = 30 * 60_000;
/** After a lost connection a partial file is removed if the device is back within this. */
const removeLaterMs = 10 * 60_000;

/** What transfers need of the service. */
export interface TransferDeps {
  /** Throws a FaultError for a device that cannot be addressed. */
  readonly shellOf: (device: string) => Promise<Target["shell"]>;
  readonly withChannel: <T>(
    device: string,
    signal: AbortSignal,
    use: (lease: Lease<Connection>) => Promise<T>,
  ) => Promise<T>;
  readonly run: SshService["run"];
  readonly stallTimeoutMs: number;
}

export function createTransfers({
  shellOf,
  withChannel,
  run,
  stallTimeoutMs,
}: TransferDeps): Pick<SshService, "download" | "upload"> {
  return {
    download: (input) => transfer(input, (sftp) => download(sftp, input)),
    upload: (input) =>
      transfer(input, (sftp) =>
        upload(sftp, input, {
          remoteSum: (path) => remoteSum(input, path),
          removeLater: (path) => void removeLater(input.device, path),
        }),
      ),
  };

  async function transfer<T>(input: TransferInput, use: (sftp: SftpLink) => Promise<T>): Promise<T> {
    const { device } = input;
    checkPaths(input);
    if ((await shellOf(device)) !== "posix") throw noTransfer(device);
    const signal = input.signal ?? new AbortController().signal;
    try {
      return await withSftp(device, signal, use);
    } catch (error) {
      throw signal.aborted && !(error instanceof FaultError) ? cancelled(device) : error;
    }
  }

  function withSftp<T>(device: string, signal: AbortSignal, use: (sftp: SftpLink) => Promise<T>): Promise<T> {
    return withChannel(device, signal, async (lease) => {
      const sftp = await SftpLink.open(lease.connection, device, signal, stallTimeoutMs);
      lease.opened();
      const onAbort = () => sftp.break(cancelled(device));
      signal.addEventListener("abort", onAbort);
      try {
        if (signal.aborted) onAbort();
        return await use(sftp);
      } finally {
        signal.removeEventListener("abort", onAbort);
        await sftp.close();
        lease.release();
      }
    });
  }

  async function remoteSum({ device, signal }: TransferInput, path: string): Promise<string | null> {
    const options = { timeoutMs: sumTimeoutMs, ...(signal ? { signal } : {}) };
    const result = await run(device, ["sha256sum", "--", path], options).catch(() => null);
    return result?.exitCode === 0 ? readSum(result.stdout) : null;
  }

  async function removeLater(device: string, path: string): Promise<void> {
    const signal = AbortSignal.timeout(removeLaterMs);
    await withSftp(device, signal, (sftp) => removeRemote(sftp, path)).catch(() => undefined); // the fault named it
  }
}

/** What sha256sum prints: the sum, after a backslash where the name is escaped. */
function readSum(stdout: string): string | null {
  return /^\\?([0-9a-f]{64}) /.exec(stdout)?.[1] ?? null;
}
