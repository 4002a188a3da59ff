/** Owns the words for transfers that fail: which side, which file, and what is left. */
import { type Fault, FaultError, messageOf } from "../contract/error.ts";

export type Side = "local" | "remote";

const whose = (side: Side, device: string) => (side === "local" ? "this machine" : device);

export function noTransfer(device: string): FaultError {
  return new FaultError({
    code: "ssh.no-transfer",
    title: `${device} takes no files`,
    detail: "Its device type has no POSIX shell, so there is no file system to copy from or to.",
    next: "Choose another device, or set shell in its device type.",
    subject: device,
  });
}

export function noSftp(device: string, evidence: string): FaultError {
  return new FaultError({
    code: "ssh.no-sftp",
    title: `The SSH server of ${device} transfers no files`,
    detail: "It does not offer the sftp subsystem.",
    next: "Enable it on the server: Subsystem sftp internal-sftp in sshd_config. Practice devices have none.",
    subject: device,
    evidence,
  });
}

export function badPath(path: string, why: string): FaultError {
  return new FaultError({
    code: "ssh.bad-path",
    title: "The path cannot be used",
    detail: why,
    next: "Give another path.",
    subject: path,
  });
}

export function fileExists(side: Side, device: string, path: string): FaultError {
  return new FaultError({
    code: "ssh.file-exists",
    title: `The file exists already on ${whose(side, device)}`,
    detail: `${path} was left as it is.`,
    next: "Give another name, or transfer again with overwrite.",
    subject: path,
  });
}

export function notAFile(side: Side, device: string, path: string): FaultError {
  return new FaultError({
    code: "ssh.not-a-file",
    title: `${path} on ${whose(side, device)} is not a regular file`,
    detail: "It is a folder, a device, or made up by the system when it is read, so it has no size to check.",
    next: "Name a regular file; what the system makes up can be read with a command.",
    subject: path,
  });
}

export function changedMeanwhile(path: string): FaultError {
  return new FaultError({
    code: "ssh.file-changed",
    title: "The file changed while it was copied",
    detail: `What arrived is not what ${path} was at the start. The copy was removed.`,
    next: "Copy again when nothing writes to the file.",
    retry: true,
    subject: path,
  });
}

export function stalled(device: string, stallMs: number): FaultError {
  return new FaultError({
    code: "ssh.transfer-stalled",
    title: `The transfer with ${device} stands still`,
    detail: `Nothing moved for ${stallMs / 1000} s, though the connection is up.`,
    next: "Look at the disk and the load of the machine, then transfer again.",
    retry: true,
    subject: device,
  });
}

export function transferEnded(device: string): FaultError {
  return new FaultError({
    code: "ssh.transfer-ended",
    title: `${device} ended the transfer`,
    detail: "Its sftp server ended, while the connection is up.",
    next: "Look at the log of its SSH server, then transfer again.",
    retry: true,
    subject: device,
  });
}

/** `error` comes from node:fs (a code like ENOSPC) or from the far side (an SFTP status number). */
export function fileFailed(error: unknown, device: string, paths: Readonly<Record<Side, string>>): FaultError {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  const evidence = messageOf(error);
  const side: Side = typeof code === "string" ? "local" : "remote";
  const path = paths[side];
  const where = whose(side, device);
  const reason = reasons[String(code)] ?? "failed";
  const words: Record<Reason, Omit<Fault, "code">> = {
    missing: {
      title: `There is no such file or folder on ${where}`,
      detail: `${path} does not exist.`,
      next: "Check the path.",
    },
    denied: {
      title: `Access to the file is not allowed on ${where}`,
      detail: `${path} may not be read or written with this account.`,
      next: "Check owner and permissions of the file and its folder.",
    },
    full: {
      title: `The disk of ${where} is full`,
      detail: `${path} was not written. What had arrived was removed.`,
      next: "Free some space or choose another folder.",
    },
    failed: {
      title: `The file could not be transferred on ${where}`,
      detail:
        side === "remote"
          ? `The server failed at ${path} without a reason: its disk may be full or a quota reached.`
          : `The system failed at ${path}.`,
      next: "Check free space and permissions, then transfer again.",
    },
  };
  return new FaultError({ code: `ssh.${side}-${reason}`, ...words[reason], subject: path, evidence });
}

type Reason = "missing" | "denied" | "full" | "failed";
/** Codes of node:fs and of SFTP (draft-ietf-secsh-filexfer-02, 7). */
const reasons: Readonly<Record<string, Reason>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "denied",
  ENOSPC: "full",
  EDQUOT: "full",
  "2": "missing",
  "3": "denied",
};

/** The same fault, with a note on the part of a file that could not be removed. */
export function withLeftover(fault: Fault, path: string): FaultError {
  return new FaultError({
    ...fault,
    detail: `${fault.detail} A part of the file may be left as ${path}; it is removed when the device is back.`,
  });
}
