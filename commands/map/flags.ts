/** The flags of `rpc map` and its relatives, and what comes of them. */

import type { CommandContext } from "../program/command.ts";
import type { QUEUE_FLAGS } from "../program/queue_flags.ts";
import type { STORE_FLAGS } from "../program/store_flags.ts";

/** The flags of `rpc map`. */
export const MAP_FLAGS = {
  input: {
    type: "strings",
    short: "i",
    value: "LIST",
    help: "take inputs from a file, one a line; - for standard input",
  },
  output: {
    type: "string",
    short: "o",
    value: "RESULTS",
    help: "write the lines into this file; the same command again goes on in it",
  },
  save: {
    type: "string",
    value: "DIR",
    help: "write each value into a file of its own in this folder or s3://BUCKET/PREFIX",
  },
  format: { type: "string", value: "npy|fits", help: "what --save writes", default: "npy" },
  hdu: {
    type: "string",
    value: "HDU",
    help: "HDU number (0 is the primary), EXTNAME or EXTNAME,EXTVER (default: the first image)",
  },
  section: { type: "string", value: "S", help: "part of the image, such as 1:100,1:100" },
  header: {
    type: "strings",
    value: "KEY",
    help: "put this keyword's value beside the result; several times for several",
  },
  jobs: { type: "count", short: "j", value: "N", help: "threads (default: one for each core)" },
  "job-time": { type: "seconds", value: "S", help: "time limit for one job", default: 300 },
  clobber: { type: "boolean", help: "start over where RESULTS exists" },
  "retry-failed": { type: "boolean", help: "do the jobs again that failed" },
  queue: {
    type: "string",
    value: "URL",
    help: "let rpc work do the jobs: redis://HOST[:PORT]/NAME",
    group: "Queue",
  },
  tries: {
    type: "count",
    value: "N",
    help: "workers that may die of one job while they do nothing else",
    default: 3,
    group: "Queue",
  },
  window: {
    type: "count",
    value: "N",
    help: "jobs without a result that the queue holds",
    default: 10_000,
    group: "Queue",
  },
  "any-policy": {
    type: "boolean",
    help: "use a server that forgets keys when its memory is full",
    group: "Queue",
  },
} as const;

/** What `rpc map` was called with. */
export type MapContext = CommandContext<typeof MAP_FLAGS & typeof QUEUE_FLAGS & typeof STORE_FLAGS>;

/** The flags of `rpc work`. */
export const WORK_FLAGS = {
  queue: { type: "string", value: "URL", help: "the queue, redis://HOST[:PORT]/NAME" },
  jobs: { type: "count", short: "j", value: "N", help: "threads (default: one for each core)" },
  batch: { type: "count", value: "N", help: "jobs held at a time (default: 2 for each thread)" },
  lease: {
    type: "seconds",
    value: "S",
    help: "time without a sign of life after which others take its jobs over",
    default: 30,
  },
  root: { type: "string", value: "DIR", help: "read files of jobs in this folder" },
  "save-root": { type: "string", value: "DIR", help: "write saved values into this folder" },
  metrics: {
    type: "port",
    value: "PORT",
    help: "serve what it has done to this machine, as /metrics for Prometheus; 0 for any port",
  },
  once: { type: "boolean", help: "end when nothing waits or runs" },
} as const;

/** What `rpc work` was called with. */
export type WorkContext = CommandContext<
  typeof WORK_FLAGS & typeof QUEUE_FLAGS & typeof STORE_FLAGS
>;

/** The flags of `rpc queue`. */
export const SHOW_FLAGS = {
  drop: { type: "string", value: "MAP", help: "forget this map, its jobs and its lines" },
} as const;

/** What `rpc queue` was called with. */
export type QueueContext = CommandContext<typeof SHOW_FLAGS & typeof QUEUE_FLAGS>;
