/** The flags of every command that announces frames or follows what is announced. */

import type { CommandContext } from "../program/command.ts";
import type { QUEUE_FLAGS } from "../program/queue_flags.ts";

/** Where frames are announced, what is told of them, and where they are kept. */
export const EVENT_FLAGS = {
  events: {
    type: "string",
    value: "URL",
    help: "announce each frame in redis://HOST[:PORT]/NAME",
    group: "Events",
  },
  "events-url": {
    type: "string",
    value: "URL",
    help: "where others reach this server (default: where it listens)",
    group: "Events",
  },
  "events-header": {
    type: "strings",
    value: "KEY",
    help: "tell this keyword's value; several times for several",
    group: "Events",
  },
  "events-sha256": { type: "boolean", help: "tell SHA-256 besides CRC-32", group: "Events" },
  "events-keep": {
    type: "count",
    value: "N",
    help: "announcements that are kept",
    default: 100_000,
    group: "Events",
  },
  archive: {
    type: "string",
    value: "DIR",
    help: "with --events, keep frames in this folder or s3://BUCKET/PREFIX",
    group: "Events",
  },
  "queue-password-file": {
    type: "string",
    value: "FILE",
    help: "a file that holds the password of --events (else $HELIOGRAPH_REDIS_PASSWORD)",
    group: "Events",
  },
  ca: {
    type: "strings",
    value: "FILE",
    help: "also trust this certificate authority (PEM), for rediss:",
    group: "Events",
  },
} as const;

/** The own flags of `fitspipe events`. */
export const FOLLOW_FLAGS = {
  feed: { type: "string", value: "F", help: "this feed alone" },
  from: {
    type: "string",
    value: "new|oldest|ID",
    help: "where to begin; a group begins where it has been",
    default: "new",
  },
  group: { type: "string", value: "G", help: "share the frames with others of this name" },
  fetch: { type: "string", value: "DIR", help: "fetch each frame into this folder" },
  count: { type: "count", value: "N", help: "end after so many frames" },
} as const;

/** What `fitspipe events` was called with. */
export type EventsContext = CommandContext<typeof FOLLOW_FLAGS & typeof QUEUE_FLAGS>;
