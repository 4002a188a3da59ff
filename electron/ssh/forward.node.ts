/** A stream through a jump host to the device behind it. */
import type { Duplex } from "node:stream";
import { FaultError } from "../contract/error.ts";
import type { Connection } from "./connection.node.ts";
import type { Target } from "./target.ts";

/** Rejects with FaultError `ssh.forward-refused` when the jump host cannot or may not connect. */
export function forward(connection: Connection, target: Target): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    try {
      connection.client.forwardOut("127.0.0.1", 0, target.host, target.port, (error, stream) => {
        if (!error) resolve(stream);
        else
          reject(
            new FaultError({
              code: "ssh.forward-refused",
              title: "the jump host could not reach it",
              detail: `It could not open a connection to ${target.host}, port ${target.port}.`,
              next: "Check that the device is on and that the jump host allows forwarding (AllowTcpForwarding).",
              evidence: error.message,
              retry: true,
            }),
          );
      });
    } catch (error) {
      reject(error);
    }
  });
}
