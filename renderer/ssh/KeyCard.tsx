import type { HostKey } from "../../electron/contract/ssh.ts";

/** A host key as ssh-keygen shows it: type, fingerprint, picture. */
export function KeyCard({
  title,
  hostKey,
  where,
}: {
  readonly title: string;
  readonly hostKey: HostKey;
  readonly where?: string;
}) {
  return (
    <section className="hr-key" aria-label={title}>
      <h3>{title}</h3>
      <div className="hr-dim">
        {hostKey.type}, {hostKey.bits} bits
      </div>
      <code className="hr-mono hr-key-sha">{hostKey.sha256}</code>
      <pre className="hr-mono" role="img" aria-label={`Picture of the fingerprint ${hostKey.sha256}`}>
        {hostKey.randomart}
      </pre>
      {where && <div className="hr-dim hr-key-where">{where}</div>}
    </section>
  );
}
