import { IconFilePlus, IconFolderOpen, IconServerBolt } from "@tabler/icons-react";
import { chooseLab, openLab, openPracticeLab } from "../actions.ts";
import { openDialog, useSettings } from "../stores.ts";
import { Logo } from "./Logo.tsx";
import "./start.css";

/** Without a lab: three ways to get one, the practice lab first. */
export function StartScreen() {
  const recent = useSettings((mirror) => mirror.value?.recentLabs) ?? [];
  return (
    <div className="hr-start">
      <header>
        <Logo sizePx={56} />
        <h2>See the rack, reach every device</h2>
        <div className="hr-dim">
          One lab file describes racks, devices and cables. Halfrack shows what is really there.
        </div>
      </header>
      <div className="hr-start-cards">
        <button type="button" className="hr-card" data-primary onClick={openPracticeLab}>
          <IconServerBolt size={22} stroke={1.6} aria-hidden />
          <strong>Open the practice lab</strong>
          <span className="hr-dim">
            Five servers and a switch on this machine, to look around in and to break on purpose. Nothing real is
            touched.
          </span>
        </button>
        <button type="button" className="hr-card" onClick={chooseLab}>
          <IconFolderOpen size={22} stroke={1.6} aria-hidden />
          <strong>Open a lab file…</strong>
          <span className="hr-dim">A YAML file that already describes a lab.</span>
        </button>
        <button type="button" className="hr-card" onClick={() => openDialog({ kind: "new-lab" })}>
          <IconFilePlus size={22} stroke={1.6} aria-hidden />
          <strong>Make a lab file…</strong>
          <span className="hr-dim">
            Start from an empty rack; hosts can come from ~/.ssh/config or an Ansible inventory.
          </span>
        </button>
      </div>
      {recent.length > 0 && (
        <section className="hr-recent" aria-label="Recent labs">
          <h3>Recent labs</h3>
          {recent.map(({ path, name }) => (
            <button key={path} type="button" onClick={() => openLab(path)}>
              <span className="hr-recent-name">{name || path.split(/[\\/]/).at(-1)}</span>
              <span className="hr-mono hr-dim" title={path}>
                <bdi>{path}</bdi>
              </span>
            </button>
          ))}
        </section>
      )}
      <p className="hr-dim">
        Outputs of fabric tools from elsewhere?{" "}
        <button type="button" className="hr-link" onClick={() => openDialog({ kind: "open-saved" })}>
          Open saved outputs…
        </button>{" "}
        or drop them on this window.
      </p>
    </div>
  );
}
