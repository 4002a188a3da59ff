/** Hostile or long text as it is, in its own scrolling box that the keyboard reaches. */
export function TextBlock({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard
    <section className="hr-term-text" aria-label={label} tabIndex={0}>
      <pre>{children}</pre>
    </section>
  );
}
