/** The practice lab: the cube on loopback inside the app, to be used and broken on purpose. */
import * as z from "zod";
import { about, method, watched } from "./base.ts";

export const scenarioSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** What is broken, and what should be seen then. */
  description: z.string(),
  active: z.boolean(),
});

export const practiceStateSchema = z.object({
  running: z.boolean(),
  labPath: z.string().nullable(),
  scenarios: z.array(scenarioSchema),
});
export type PracticeState = z.infer<typeof practiceStateSchema>;

export const practiceContract = {
  watch: method.route(about("Watch the practice lab and its scenarios")).output(watched(practiceStateSchema)),
  start: method.route(about("Start the practice lab and open it as the lab")).output(practiceStateSchema),
  stop: method.route(about("Stop the practice lab's servers")).output(practiceStateSchema),
  set: method
    .route(about("Break the practice lab on purpose, or mend it"))
    .input(z.object({ scenario: z.string(), active: z.boolean() }))
    .output(practiceStateSchema),
};
