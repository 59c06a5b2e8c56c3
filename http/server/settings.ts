import type { AccessRecord } from "./access_log.ts";
import type { OwnNames } from "../fields/own_names.ts";
import type { HttpHandler } from "./types.ts";

/** What the connections of a server have in common. */
export interface ConnectionSettings {
  readonly handler: HttpHandler;
  readonly secure: boolean;
  readonly names: OwnNames;
  readonly origins: readonly string[];
  readonly maxHeadBytes: number;
  readonly maxFields: number;
  readonly maxBodyBytes: number;
  readonly maxDrainBytes: number;
  readonly maxRequests: number;
  readonly headTimeout: number;
  readonly idleTimeout: number;
  readonly bodyTimeout: number;
  readonly writeTimeout: number;
  readonly methods: ReadonlySet<string> | undefined;
  readonly log: ((record: AccessRecord) => void) | undefined;
  readonly onError: (error: unknown, remote: string) => void;
}
