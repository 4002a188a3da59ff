/** `npm run test-lab`: the test lab for a person, until Ctrl-C or `quit`. */
import { createInterface } from "node:readline/promises";
import { messageOf } from "../../electron/contract/error.ts";
import { startTestLab, type TestLab } from "./lab.ts";

const help = `Commands:
  pull N, plug N      cable of host N (1 to 5)
  swap N M            the cables of two hosts at the switch
  narrow N, slow N    start the fabric anew with the link of host N at 1X, or at QDR
  mend                start the fabric anew with all links 4X FDR as planned
  errors N COUNT      symbol errors counted at switch port N
  deafen N, hear N    the HCA of host N answers no query, and again
  sm stop, sm start   the subnet manager
  stop N, start N     power loss of host N, and back
  freeze N, thaw N    host N accepts connections and never greets
  rekey N             restart host N with a new host key
  console LINE        a line for the simulator's console, e.g. console Dump
  quit`;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const lab = await startTestLab();
say(`Lab file     ${lab.labFile}
SSH config   ${lab.sshConfig}   (ssh -F ${lab.sshConfig} node01)
Home folder  ${lab.homeDir}   (HOME for a Halfrack that should know the host keys)
Hosts        ${lab.hosts.map((host) => `${host.name} ${host.address}:${host.port}`).join(", ")}
${help}`);

const lines = createInterface({ input: process.stdin });
process.once("SIGINT", () => lines.close());
process.once("SIGTERM", () => lines.close());
for await (const line of lines) {
  const [verb = "", ...rest] = line.trim().split(/\s+/);
  if (verb === "quit") break;
  try {
    if (verb === "") continue;
    if (verb === "console") say(await lab.console(rest.join(" ")));
    else say(await obey(lab, verb, rest));
  } catch (error) {
    say(messageOf(error));
  }
}
lines.close();
await lab.stop();
process.exit(0);

async function obey(lab: TestLab, verb: string, words: readonly string[]): Promise<string> {
  const [n, m] = [Number(words[0]), Number(words[1])];
  if (verb === "pull") await lab.pullCable(n);
  else if (verb === "plug") await lab.plugCable(n);
  else if (verb === "swap") await lab.swapCables(n, m);
  else if (verb === "narrow") await lab.degrade(new Map([[n, { width: "1X" }]]));
  else if (verb === "slow") await lab.degrade(new Map([[n, { speed: "QDR" }]]));
  else if (verb === "mend") await lab.degrade(new Map());
  else if (verb === "errors") await lab.setCounter(n, "PortCounters.SymbolErrorCounter", m);
  else if (verb === "deafen") await lab.losePackets(n, 100);
  else if (verb === "hear") await lab.losePackets(n, 0);
  else if (verb === "sm" && words[0] === "stop") await lab.stopManager();
  else if (verb === "sm" && words[0] === "start") await lab.startManager();
  else if (verb === "stop") await lab.stopHost(n);
  else if (verb === "start") await lab.startHost(n);
  else if (verb === "freeze") lab.freezeHost(n);
  else if (verb === "thaw") lab.thawHost(n);
  else if (verb === "rekey") await lab.rekey(n);
  else return help;
  return `${[verb, ...words].join(" ")}: done`;
}
