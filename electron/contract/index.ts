/** The only door between the renderer, the shell and the services. */
import { adoptContract } from "./adopt.ts";
import { appContract } from "./app.ts";
import { explainContract } from "./explain.ts";
import { fabricContract } from "./fabric.ts";
import { historyContract } from "./history.ts";
import { labContract } from "./lab.ts";
import { logsContract } from "./logs/index.ts";
import { measureContract } from "./measure.ts";
import { practiceContract } from "./practice.ts";
import { sheetContract } from "./sheet.ts";
import { sshContract } from "./ssh.ts";
import { switchContract } from "./switch.ts";
import { terminalContract } from "./terminal.ts";

export const contract = {
  app: appContract,
  lab: labContract,
  ssh: sshContract,
  terminal: terminalContract,
  fabric: { ...fabricContract, ...explainContract, ...measureContract, ...adoptContract },
  history: historyContract,
  logs: logsContract,
  switch: switchContract,
  practice: practiceContract,
  sheet: sheetContract,
};
export type Contract = typeof contract;
