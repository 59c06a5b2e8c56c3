import { checkCaps } from "../../../net/caps.ts";
import type { ClientOptions } from "../../client/client.ts";
import { DownloadProgress, type DownloadState } from "./progress.ts";
import type { ExistingPolicy } from "./names.ts";

/** One file to fetch. */
export interface DownloadRequest {
  /**
   * Where it is: http, https, s3, ftp, ftps, file or data. Text whose last part is a pattern of
   * an FTP folder, or a key with a star, stands for all files that match.
   */
  url: string | URL;
  /**
   * The name it gets, instead of the one of the server or the URL; it is made safe like
   * those, by {@linkcode safeFileName}.
   */
  name?: string | undefined;
  /**
   * The folder below the output folder that it goes to, such as `2026/11`; it is made. Its parts
   * are made safe names.
   */
  folder?: string | undefined;
  /** Its SHA-256 in hexadecimal. */
  sha256?: string | undefined;
  /** Its sum with the algorithm: `md5=HEX`, `sha-1=HEX`, `sha-256=HEX` or `sha-512=HEX`. */
  checksum?: string | undefined;
  /** Where else it is: tried in order when the places before have failed. */
  mirrors?: readonly (string | URL)[] | undefined;
}

/** Options of {@linkcode download}. */
export interface DownloadOptions extends ClientOptions {
  /** The folder that the files go to; it must exist. @default {"."} */
  folder?: string | undefined;
  /** What to do about files that are there already. @default {"skip"} */
  existing?: ExistingPolicy | undefined;
  /**
   * Files that are fetched at one time. Default: 8, and up to 48 of one server where they are
   * small and it is far away.
   */
  jobs?: number | undefined;
  /** Connections to one server at one time. Default: 8, and more where `jobs` is not given either. */
  perHost?: number | undefined;
  /**
   * Connections for one large file, where the server tells by a strong validator that
   * all of them fetch the same; `perHost` counts them too.
   *
   * @default {1}
   */
  split?: number | undefined;
  /** Attempts after the first one that may fail without bringing anything new. @default {5} */
  retries?: number | undefined;
  /** The longest wait that a server may ask for by Retry-After, in milliseconds. @default {300000} */
  longestRetryAfter?: number | undefined;
  /** The wait before the second attempt at most, in milliseconds. @default {500} */
  firstWait?: number | undefined;
  /** Milliseconds for everything. Default: as long as it takes. */
  deadline?: number | undefined;
  /** Bytes per second below which a transfer is begun again. @default {100} */
  lowestSpeed?: number | undefined;
  /** Milliseconds over which the speed is measured. @default {30000} */
  lowestSpeedTime?: number | undefined;
  /** The most bytes per second of all transfers together. Default: as many as come. */
  limitRate?: number | undefined;
  /** Whether a page (HTML) in answer to the rest of a file, or over one, is taken. @default {false} */
  acceptHtml?: boolean | undefined;
  /**
   * Whether a file is kept of which the server never sends as many bytes as it announces: some
   * programs announce a wrong length. @default {false}
   */
  acceptShort?: boolean | undefined;
  /** The most bytes of one file. Default: as many as it has. */
  maxSize?: number | undefined;
  /** Whether a file must be on the disk before it gets its name. @default {false} */
  fsync?: boolean | undefined;
  /** Whether `ftp:` URLs must be fetched with TLS (`AUTH TLS`). @default {false} */
  ftpTls?: boolean | undefined;
  /** What may be watched while the files come. */
  progress?: DownloadProgress | undefined;
  /** Called five times a second while files come, and at the end, with rate and time left. */
  onProgress?: ((state: DownloadState) => void) | undefined;
  /** Called when a file has arrived, was skipped, or was given up. */
  onResult?: ((result: DownloadResult) => void) | undefined;
  /** Called before an attempt is repeated, with the reason and the wait in milliseconds. */
  onRetry?: ((url: string, reason: string, wait: number) => void) | undefined;
  /** Called for each line of a dialogue with an FTP server; passwords are replaced. */
  onFtpLine?: ((line: string) => void) | undefined;
}

/** What became of one file. */
export interface DownloadResult {
  /** The URL that was asked for, without user and password. */
  readonly url: string;
  /** The path of the file; null if there is none. */
  readonly path: string | null;
  /** What was done. */
  readonly outcome: "fetched" | "skipped" | "failed";
  /** The last status of the server (HTTP, or the reply of FTP); null if none was needed or came. */
  readonly status: number | null;
  /** The file's size in bytes; of a failed one, what is kept of it to go on with. */
  readonly bytes: number;
  /** How long it took, waits included. */
  readonly seconds: number;
  /** Why there is no file; null if there is one. */
  readonly error: string | null;
}

/** The options that have a default. */
type DefaultedOption =
  | "folder"
  | "existing"
  | "jobs"
  | "perHost"
  | "split"
  | "retries"
  | "longestRetryAfter"
  | "firstWait"
  | "lowestSpeed"
  | "lowestSpeedTime"
  | "maxSize"
  | "fsync"
  | "ftpTls";

/** The options with their defaults. */
export type ResolvedOptions =
  & { readonly [Name in DefaultedOption]: NonNullable<DownloadOptions[Name]> }
  /** How many connections to one server may become, where that helps. */
  & { readonly mostConnections: number }
  & DownloadOptions;

/** Connections to one server where no one says how many: at first, and at most. */
const USUAL_CONNECTIONS = 8;
const MOST_CONNECTIONS = 48;

/** Fills in the defaults. */
export function resolveOptions(options: DownloadOptions): ResolvedOptions {
  checkCaps(options);
  const perHost = Math.max(1, options.perHost ?? USUAL_CONNECTIONS);
  const isFree = options.jobs === undefined && options.perHost === undefined;
  return {
    ...options,
    mostConnections: isFree ? MOST_CONNECTIONS : perHost,
    folder: options.folder ?? ".",
    existing: options.existing ?? "skip",
    jobs: Math.max(1, options.jobs ?? USUAL_CONNECTIONS),
    perHost,
    split: Math.max(1, options.split ?? 1),
    retries: options.retries ?? 5,
    longestRetryAfter: options.longestRetryAfter ?? 300_000,
    firstWait: options.firstWait ?? 500,
    // A rate that is kept below it must not be taken for a slow server.
    lowestSpeed: Math.min(
      options.lowestSpeed ?? 100,
      (options.limitRate ?? Infinity) / 4 / Math.max(1, options.jobs ?? USUAL_CONNECTIONS),
    ),
    lowestSpeedTime: options.lowestSpeedTime ?? 30_000,
    maxSize: options.maxSize ?? Infinity,
    fsync: options.fsync ?? false,
    ftpTls: options.ftpTls ?? false,
    progress: options.progress ??
      (options.onProgress === undefined ? undefined : new DownloadProgress()),
  };
}
