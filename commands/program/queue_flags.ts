/** The flags of every command that uses a queue. */

/** Flags that say who asks the queue, and how long it may be away. */
export const QUEUE_FLAGS = {
  "queue-password-file": {
    type: "string",
    value: "FILE",
    help: "a file that holds the queue's password (else $HELIOGRAPH_REDIS_PASSWORD)",
    group: "Queue",
  },
  ca: {
    type: "strings",
    value: "FILE",
    help: "also trust this certificate authority (PEM), for rediss:",
    group: "Queue",
  },
  patience: {
    type: "seconds",
    value: "S",
    help: "how long the queue's server may be away",
    default: 600,
    group: "Queue",
  },
} as const;

/** The values of {@linkcode QUEUE_FLAGS}. */
export interface QueueFlagValues {
  readonly "queue-password-file": string | undefined;
  readonly ca: readonly string[];
  /** Seconds; without them for ever. */
  readonly patience?: number | undefined;
}

/** What the help says of a queue. */
export const QUEUE_DETAILS: string =
  "redis://HOST[:PORT]/NAME is a queue on a server of Redis 7 or Valkey; rediss: is TLS. Its\n" +
  "password and user are those of HELIOGRAPH_REDIS_PASSWORD and HELIOGRAPH_REDIS_USER. A user\n" +
  "needs no more than ~hg:{NAME}:* +@stream +@scripting +@bitmap +@hash +@sortedset\n" +
  "+@connection +expire +unlink +info.";

/** What a queue needs. */
export const QUEUE_PERMISSION = "--allow-net=HOST:PORT --allow-env=HELIOGRAPH_REDIS_* for a queue";
