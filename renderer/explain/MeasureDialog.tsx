/** Owns what the admin sees before a link is loaded: the two whole commands, where and for how long they run. */
import { Button, NumberInput, Progress, Select, TextInput } from "@mantine/core";
import { Fragment, useEffect, useRef, useState } from "react";
import {
  type Measurement,
  type MeasurePlan,
  type MeasureRequest,
  measureSeconds,
  measureToolSchema,
  serverAddress,
} from "../../electron/contract/measure.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { shellWords } from "./command-line.ts";

/** Typing goes on for longer than this between two keys. */
const settleMs = 350;

export function MeasureDialog({
  cable,
  device,
  peers,
  onMeasured,
  onClose,
}: {
  readonly cable: string;
  /** The host that sends. */
  readonly device: string;
  /** Hosts that can receive. */
  readonly peers: readonly string[];
  readonly onMeasured: (measurement: Measurement) => void;
  readonly onClose: () => void;
}) {
  const [peer, setPeer] = useState(peers[0] ?? null);
  const [tool, setTool] = useState<MeasureRequest["tool"]>("ib_write_bw");
  const [seconds, setSeconds] = useState<number>(measureSeconds.usual);
  const [address, setAddress] = useState<string | null>(null);
  const wrong = address !== null && address !== "" && !serverAddress.safeParse(address).success;
  const asked = peer === null || wrong ? null : { cable, tool, seconds, peer, ...(address ? { address } : {}) };
  const { value: plan, fault: noPlan } = useAnswer(
    asked,
    async (signal) => asked && (await client.fabric.planMeasurement(asked, { signal })),
    { settleMs },
  );
  const { busy, fault, run } = useWork();
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const start = async (shown: MeasurePlan) => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    const commands: [string[], string[]] = [shown.server.argv, shown.client.argv];
    const measure = async () => {
      try {
        return await client.fabric.measure({ request: shown.request, shown: commands }, { signal });
      } catch (error) {
        if (signal.aborted) return null;
        throw error;
      }
    };
    const measured = await run(measure);
    if (measured) onMeasured(measured);
  };
  const missing = [...new Set([plan?.server.missing, plan?.client.missing].filter(Boolean))].join(" ");
  const why = missing || (peer === null ? "No other host of the lab has a cable that runs." : null);
  return (
    <Dialog onClose={onClose} title={`Measure what ${device} can send`} size={720}>
      <div className="ex-measure-form">
        <Select
          label="To"
          data={[...peers]}
          value={peer}
          allowDeselect={false}
          disabled={busy}
          onChange={(value) => {
            setPeer(value);
            setAddress(null);
          }}
        />
        <Select
          label="With"
          data={[...measureToolSchema.options]}
          value={tool}
          allowDeselect={false}
          disabled={busy}
          onChange={(value) => setTool(measureToolSchema.options.find((each) => each === value) ?? tool)}
        />
        <NumberInput
          label="For"
          suffix=" s"
          min={measureSeconds.least}
          max={measureSeconds.most}
          clampBehavior="strict"
          allowDecimal={false}
          value={seconds}
          disabled={busy}
          onChange={(value) => setSeconds(Math.max(measureSeconds.least, Number(value) || measureSeconds.least))}
        />
        <TextInput
          label={`TCP address of ${peer ?? "the receiver"}`}
          description="Where the two meet before they use InfiniBand"
          value={address ?? plan?.request.address ?? ""}
          error={wrong && "No address or host name"}
          disabled={busy}
          spellCheck={false}
          onChange={({ currentTarget }) => setAddress(currentTarget.value)}
        />
      </div>
      <h3 className="ex-measure-head">What is run</h3>
      {plan ? (
        <>
          <CommandOf end={plan.server} what="receives, started first" />
          <CommandOf end={plan.client} what="sends" />
        </>
      ) : (
        <p className="hr-dim">
          {noPlan || asked === null ? "Nothing." : "Asking both hosts whether perftest is there…"}
        </p>
      )}
      <p className="hr-p">
        This loads the cables of {device}
        {peer && ` and ${peer}`} with as much as they carry for about {seconds} seconds: what else uses them is slowed
        meanwhile. Nothing is written on either host. The first words print the process id, by which Stop ends it there.
      </p>
      {busy && <Running seconds={seconds} />}
      <DialogActions fault={fault ?? noPlan} why={why}>
        <Button variant="default" data-autofocus onClick={busy ? () => stop.current.abort() : onClose}>
          {busy ? "Stop" : "Cancel"}
        </Button>
        <Button loading={busy} disabled={!plan || why !== null} onClick={() => plan && void start(plan)}>
          Load both cables for {seconds} s
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function CommandOf({ end, what }: { readonly end: MeasurePlan["server"]; readonly what: string }) {
  return (
    <figure className="ex-command">
      <figcaption>
        <strong>{end.device}</strong> {what}{" "}
        <span className="hr-dim">ends itself after {end.limitSeconds} s at most</span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="hr-raw" tabIndex={0}>
        {shellWords(end.argv).map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the words of one command keep their places
          <Fragment key={index}>
            {index > 0 && " "}
            <span className="ex-word">{word}</span>
          </Fragment>
        ))}
      </pre>
    </figure>
  );
}

/** Time of the load; meeting and reporting take a little more. */
function Running({ seconds }: { readonly seconds: number }) {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    const begun = Date.now();
    const timer = setInterval(() => setPassed((Date.now() - begun) / 1000), 250);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil(seconds - passed));
  return (
    <div className="ex-running" role="status">
      <Progress value={Math.min(100, (100 * passed) / seconds)} aria-label="Time of the measurement" />
      <span className="hr-dim hr-tabular">{left > 0 ? `${left} s left` : "Waiting for the report…"}</span>
    </div>
  );
}
