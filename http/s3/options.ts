import type { S3Credentials } from "./signature.ts";

/** How object stores (`s3:` URLs) are reached; what is not given comes from the environment. */
export interface S3Options {
  /**
   * The URL of the store, `http:` or `https:`; buckets are then folders of it. Default:
   * AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, that of the profile, else AWS itself.
   */
  endpoint?: string | URL | undefined;
  /**
   * The region of the buckets. Default: AWS_REGION, AWS_DEFAULT_REGION, that of the profile,
   * else `us-east-1`; where a bucket is in another one, the store says so.
   */
  region?: string | undefined;
  /**
   * The key. Default: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else
   * those of the profile AWS_PROFILE in `~/.aws/credentials` or `~/.aws/config`; without
   * any, requests are anonymous.
   */
  credentials?: S3Credentials | undefined;
  /** Whether requests are anonymous although there is a key. @default {false} */
  anonymous?: boolean | undefined;
  /** Whether the one who asks pays for the transfer (buckets of "requester pays"). @default {false} */
  requesterPays?: boolean | undefined;
  /** Attempts after one that the store is too busy to answer. @default {4} */
  retries?: number | undefined;
}
