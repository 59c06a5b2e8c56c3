/** The flags of every command that reads from object stores (`s3:` URLs). */

import type { S3Options } from "../../http/s3/options.ts";
import { UsageError } from "./command.ts";

/** Flags that say how a store is reached; the rest is in the environment. */
export const STORE_FLAGS = {
  endpoint: {
    type: "string",
    value: "URL",
    help: "the store of s3: URLs (default: $AWS_ENDPOINT_URL, else AWS)",
    group: "Object stores",
  },
  "no-sign-request": {
    type: "boolean",
    help: "ask the store without a key",
    group: "Object stores",
  },
  "requester-pays": {
    type: "boolean",
    help: "pay for what the store sends",
    group: "Object stores",
  },
} as const;

/** The values of {@linkcode STORE_FLAGS}. */
export interface StoreFlagValues {
  readonly endpoint: string | undefined;
  readonly "no-sign-request": boolean;
  readonly "requester-pays": boolean;
}

/** How outputs that are objects are written. */
export interface StoreTarget {
  readonly s3: S3Options;
  readonly signal: AbortSignal;
  /** The value of `--clobber`. */
  readonly clobber: boolean;
  /** Tells a person what is odd. */
  readonly report: (line: string) => void;
}

/** What the help of a command that takes `s3:` URLs says of them. */
export const STORE_DETAILS: string =
  "s3://BUCKET/KEY is an object of a store: key, region and URL are those of AWS_ACCESS_KEY_ID,\n" +
  "AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and AWS_ENDPOINT_URL, or of the profile\n" +
  "AWS_PROFILE in ~/.aws; without a key the request is anonymous.";

/** What a command needs for the key and the settings of a store. */
export const STORE_PERMISSION = "--allow-env=AWS_*,HOME --allow-read=$HOME/.aws for s3:";

/**
 * How stores are reached, as the flags say it.
 *
 * @param flags The flags.
 * @throws {UsageError} If the endpoint is no URL.
 */
export function storeOptions(flags: StoreFlagValues): S3Options {
  const { endpoint } = flags;
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw new UsageError("--endpoint expects the URL of a store, such as https://HOST:PORT");
  }
  return {
    endpoint,
    anonymous: flags["no-sign-request"],
    requesterPays: flags["requester-pays"],
  };
}
