/** Owns what is told while Halfrack does not answer: connecting again first, and after a while what the admin can do. */
import { type ConnectionToMain, goneAfterMs, useConnection } from "../client.ts";
import { Age } from "../kit/Age.tsx";
import { useNow } from "../kit/now.ts";
import { StateMark } from "../kit/StateMark.tsx";
import { Logo } from "./Logo.tsx";

const anew =
  "Halfrack was started anew and does not know this window. Open the address it printed when it started; this window can be closed.";
const gone =
  "Start Halfrack again where it ran (npm start) and open the address it prints; this window can be closed then.";
const waiting = "Halfrack does not answer.";

/** Above the place while the main process does not answer: how old the picture is, and what to do. */
export function ConnectionNotice() {
  const connection = useConnection();
  return connection.connected ? null : <Lost {...connection} />;
}

function Lost(connection: ConnectionToMain) {
  const told = tell(connection, useNow());
  return (
    <div className="hr-lost" role="alert">
      <StateMark state={told.over ? "down" : "busy"} />
      <strong>{told.title}</strong>
      <span>
        {told.what} What is shown is what was known <Age at={connection.lostAt} />.
      </span>
    </div>
  );
}

/** Before the first answer. */
export function Opening() {
  const foreign = useConnection((connection) => connection.foreign);
  return (
    <div className="hr-loading" role="status">
      <Logo sizePx={40} />
      <span className="hr-dim">{foreign ? anew : "Connecting…"}</span>
    </div>
  );
}

function tell({ foreign, lostAt }: ConnectionToMain, now: number) {
  if (foreign) return { title: "Another Halfrack answers", what: anew, over: true };
  if (lostAt !== null && now - lostAt >= goneAfterMs)
    return { title: "Halfrack does not answer", what: gone, over: true };
  return { title: "Connecting again…", what: waiting, over: false };
}
