import type { HostKey } from "../../electron/contract/ssh.ts";

/** A host key as ssh-keygen shows it: type, fingerprint, picture. */
export function KeyCard({
  title,
  hostKey,
  where,
  tail = 0,
}: {
  readonly title: string;
  readonly hostKey: HostKey;
  readonly where?: string;
  /** So many characters at the fingerprint's end stand out. */
  readonly tail?: number;
}) {
  return (
    <section className="hr-key" aria-label={title}>
      <h3>{title}</h3>
      <div className="hr-dim">
        {hostKey.type}, {hostKey.bits} bits
      </div>
      <code className="hr-mono hr-key-sha">
        {hostKey.sha256.slice(0, hostKey.sha256.length - tail)}
        {tail > 0 && <strong>{hostKey.sha256.slice(-tail)}</strong>}
      </code>
      <pre className="hr-mono" role="img" aria-label={`Picture of the fingerprint ${hostKey.sha256}`}>
        {hostKey.randomart}
      </pre>
      {where && <div className="hr-dim hr-key-where">{where}</div>}
    </section>
  );
}
