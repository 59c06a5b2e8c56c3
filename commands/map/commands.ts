/**
 * The commands that evaluate an expression over many files. What they do is loaded when they are
 * called: a line of help needs none of it.
 *
 * @module
 */

import { type Command, defineCommand } from "../program/command.ts";
import { QUEUE_DETAILS, QUEUE_FLAGS, QUEUE_PERMISSION } from "../program/queue_flags.ts";
import { STORE_DETAILS, STORE_FLAGS, STORE_PERMISSION } from "../program/store_flags.ts";
import { MAP_FLAGS, SHOW_FLAGS, WORK_FLAGS } from "./flags.ts";

/** `heliograph rpc map`: an expression over many files. */
export const mapCommand: Command = defineCommand({
  name: "rpc map",
  summary: "Evaluate an expression over many files, one result each",
  usage: "EXPRESSION INPUT...",
  details:
    "An INPUT is a file, a quoted pattern such as 'night/**/*.fits', a URL, s3://BUCKET/KEY,\n" +
    "or s3://BUCKET/PREFIX/ for all that is below. The variable `data` is the image: the first,\n" +
    "or what --hdu, --section or the name (a.fits[SCI][1:9,1:9]) select. Of URLs only those\n" +
    'bytes are read. Each result is a line of JSON; what failed is a line with "failed" and\n' +
    '"error", and the exit status is 1. With -o, a run that was broken off, even by a power cut,\n' +
    "goes on with the same command: each input has one line in the end.\n" +
    "With --queue, other processes and machines do the jobs: start `rpc work` there. --save then\n" +
    "names a folder within their --save-root.\n" + QUEUE_DETAILS + "\n" + STORE_DETAILS,
  arguments: [1, 1_000_000],
  flags: { ...MAP_FLAGS, ...QUEUE_FLAGS, ...STORE_FLAGS },
  example: "rpc map 'mean(data)' 'sample-data/*.fits' -o means.jsonl --clobber",
  examples: [
    "rpc map 'max(data)' 'sample-data/*.fits' --header DATE-OBS --section 1:64,1:64",
    "rpc map 'smooth(float(data), 3)' 'sample-data/*.fits' --save smooth --format fits",
  ],
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: `--allow-net for a URL, ${QUEUE_PERMISSION}, ${STORE_PERMISSION}`,
  run: async (context) => {
    const { mapFiles }: typeof import("./map.ts") = await import(import.meta.resolve("./map.ts"));
    return await mapFiles(context);
  },
});

/** `heliograph rpc work`: does the jobs of a queue. */
export const workCommand: Command = defineCommand({
  name: "rpc work",
  summary: "Do the jobs that rpc map --queue hands out, until it is stopped",
  usage: "--queue redis://HOST[:PORT]/NAME",
  details:
    "Start it on as many machines as there are, at any time: jobs of one that dies go to another\n" +
    "after --lease, and each input has one result. Anyone who can write to the queue says what is\n" +
    "computed: files are read below --root alone, values written below --save-root alone, and\n" +
    "URLs read as --allow-net=HOSTS permits.\n" + QUEUE_DETAILS,
  arguments: [0, 0],
  flags: { ...WORK_FLAGS, ...QUEUE_FLAGS, ...STORE_FLAGS },
  environment: true,
  example: "rpc work --queue redis://localhost/sun --once",
  permissions: ["--allow-net=localhost:6379", "--allow-read=."],
  furtherPermissions:
    `--allow-net=127.0.0.1 for --metrics, --allow-read=DIR for --root, --allow-write=DIR for --save-root, --allow-net for URLs, ` +
    `${QUEUE_PERMISSION}, ${STORE_PERMISSION}`,
  run: async (context) => {
    const { workOnJobs }: typeof import("./work.ts") = await import(
      import.meta.resolve("./work.ts")
    );
    return await workOnJobs(context);
  },
});

/** `heliograph rpc queue`: what waits, runs and has been forgotten. */
export const queueCommand: Command = defineCommand({
  name: "rpc queue",
  summary: "Show what waits and runs in a queue, and who works on it",
  usage: "redis://HOST[:PORT]/NAME",
  details: QUEUE_DETAILS,
  arguments: [1, 1],
  flags: { ...SHOW_FLAGS, ...QUEUE_FLAGS },
  example: "rpc queue redis://localhost/sun",
  permissions: ["--allow-net=localhost:6379", "--allow-read=."],
  furtherPermissions: QUEUE_PERMISSION,
  run: async (context) => {
    const { showQueue }: typeof import("./queue.ts") = await import(
      import.meta.resolve("./queue.ts")
    );
    return await showQueue(context);
  },
});
