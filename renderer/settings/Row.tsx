/** One setting: its name, what it does, and what changes it. */
export function Row({
  label,
  help,
  children,
}: {
  readonly label: string;
  readonly help?: string;
  readonly children: React.ReactNode;
}) {
  return (
    <div className="hr-setting">
      <div>
        <div>{label}</div>
        {help && <div className="hr-dim">{help}</div>}
      </div>
      {children}
    </div>
  );
}
