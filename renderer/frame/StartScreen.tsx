import { CloseButton } from "@mantine/core";
import { IconFilePlus, IconFolderOpen, IconServerBolt } from "@tabler/icons-react";
import { chooseLab, openLab, openPracticeLab } from "../actions.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { openDialog, useSettings } from "../stores.ts";
import { Logo } from "./Logo.tsx";
import "./start.css";

/** Without a lab: three ways to get one, the practice lab first. */
export function StartScreen() {
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
      <RecentLabs />
      <p className="hr-dim">
        Outputs of fabric tools from elsewhere?{" "}
        <button type="button" className="hr-link" onClick={() => openDialog({ kind: "open-saved" })}>
          Open saved outputs…
        </button>{" "}
        or drop them on this window. Logs from elsewhere?{" "}
        <button type="button" className="hr-link" onClick={() => openDialog({ kind: "open-bundle" })}>
          Open a bundle of logs…
        </button>
      </p>
    </div>
  );
}

/** Each opens its file, or is taken from the list; a file that is no longer there is marked. */
function RecentLabs() {
  const recent = useSettings((mirror) => mirror.value?.recentLabs) ?? [];
  const paths = recent.map(({ path }) => path);
  const gone = useAnswer(paths.length === 0 ? null : paths, (signal) => client.app.goneLabs(undefined, { signal }), {
    keep: true,
  });
  if (recent.length === 0) return null;
  const remove = (row: Element | null, path: string) => {
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    next?.querySelector<HTMLElement>("button:last-of-type")?.focus();
    void attempt(client.app.changeSettings({ recentLabs: recent.filter((other) => other.path !== path) }));
  };
  return (
    <section className="hr-recent" aria-label="Recent labs">
      <h3>Recent labs</h3>
      <ul>
        {recent.map(({ path, name }) => {
          const called = name || path.split(/[\\/]/).at(-1);
          const isGone = gone.value?.includes(path) ?? false;
          return (
            <li key={path} data-gone={isGone || undefined}>
              <button
                type="button"
                className="hr-recent-open"
                onClick={async () => {
                  if (!(await openLab(path))) gone.again();
                }}
              >
                <span className="hr-recent-name">{called}</span>
                {isGone && <span className="hr-recent-gone">file not found</span>}
                <span className="hr-mono hr-dim" title={path}>
                  <bdi>{path}</bdi>
                </span>
              </button>
              <CloseButton
                size="sm"
                aria-label={`Remove ${called} from the list`}
                title="Remove from the list; the file stays"
                onClick={({ currentTarget }) => remove(currentTarget.closest("li"), path)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
