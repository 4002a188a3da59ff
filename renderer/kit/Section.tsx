import "./kit.css";

/** A part of an inspector under its own heading. */
export function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="hr-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** Rows of name and value; rows without a value are left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, React.ReactNode])[] }) {
  const shown = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (shown.length === 0) return null;
  return (
    <dl className="hr-facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
