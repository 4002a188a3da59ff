import { useConnection } from "../client.ts";
import { Age } from "../kit/Age.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { Logo } from "./Logo.tsx";

const anew =
  "Halfrack was started anew and does not know this window. Open the address it printed when it started; this window can be closed.";

/** Above the place while the main process does not answer: how old the picture is, and what to do. */
export function ConnectionNotice() {
  const { connected, lostAt, foreign } = useConnection();
  if (connected) return null;
  return (
    <div className="hr-lost" role="alert">
      <StateMark state={foreign ? "down" : "busy"} />
      <strong>{foreign ? "Another Halfrack answers" : "Connecting again…"}</strong>
      <span>
        {foreign ? anew : "Halfrack does not answer; if it was ended, start it again."} What is shown is what was known{" "}
        <Age at={lostAt} />.
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
