import { type Command, defineCommand } from "../program/command.ts";
import { QUEUE_DETAILS, QUEUE_FLAGS, QUEUE_PERMISSION } from "../program/queue_flags.ts";
import { FOLLOW_FLAGS } from "./event_flags.ts";

/** `heliograph fitspipe events`: what is announced, as lines of JSON. */
export const command: Command = defineCommand({
  name: "fitspipe events",
  summary: "Follow the frames that fitspipe serve --events announces",
  usage: "redis://HOST[:PORT]/NAME",
  details:
    "Prints a line of JSON for each frame. With --group each frame goes to one member, and\n" +
    "to another one if that has not printed it, and fetched it, within a minute.\n" + QUEUE_DETAILS,
  arguments: [1, 1],
  flags: { ...FOLLOW_FLAGS, ...QUEUE_FLAGS },
  example: "fitspipe events redis://localhost/sun --from oldest --count 1",
  permissions: ["--allow-net=localhost:6379", "--allow-read=."],
  furtherPermissions: `--allow-net=HOST:PORT --allow-write=DIR for --fetch, ${QUEUE_PERMISSION}`,
  run: async (context) => {
    const { followEvents }: typeof import("./follow_events.ts") = await import(
      import.meta.resolve("./follow_events.ts")
    );
    return await followEvents(context);
  },
});
