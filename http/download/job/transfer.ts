import { HeliographError, type HeliographErrorOptions } from "../../../net/errors.ts";
import type { HttpClient } from "../../client/client.ts";
import { safeFileName } from "../../fields/file_name.ts";
import { fileError } from "../../../net/file_error.ts";
import { type FileFacts, isNewer, type NameClaims } from "./names.ts";
import type { ResolvedOptions } from "./options.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { OutputFolder } from "../parts/output_folder.ts";
import { joinPath, removeOrphan } from "../parts/earlier_parts.ts";
import type { TransferProgress } from "./progress.ts";
import { sidecarName } from "../parts/sidecar.ts";

/** What the transfers of one run share. */
export interface RunContext {
  readonly options: ResolvedOptions;
  readonly client: HttpClient;
  readonly claims: NameClaims;
  /** The rate that all transfers share, if there is one. */
  readonly rateLimit: RateLimit | undefined;
  /** Aborts when everything must stop. */
  readonly signal: AbortSignal;
  readonly folder: OutputFolder;
  /** Takes up to `most` further connections to a server for one file. */
  takeConnections(host: string, most: number): number;
  /** Gives connections back. */
  returnConnections(host: string, count: number): void;
}

/** What one URL came to. */
export interface TransferEnd {
  readonly path: string;
  readonly outcome: "fetched" | "skipped";
  readonly bytes: number;
}

/** A body that has come whole into memory: what is left to do needs no server. */
export interface Arrival {
  /**
   * Gives the connection to the next request, which leaves before the file is written:
   * neither waits for the other then. The body is valid until anything is waited for.
   */
  release(): void;
  /** Writes the file and gives it its name. */
  place(): TransferEnd;
}

/** What an attempt comes to that does not fail. */
export type AttemptEnd = TransferEnd | Arrival;

/** A URL on its way to a file, over as many attempts as it takes. */
export interface Transfer extends TransferProgress {
  /** The URL, without user and password. */
  readonly url: string;
  /** What the caps are counted by: the server. */
  readonly host: string;
  /** The last status of the server. */
  readonly status: number | null;
  /** Bytes that the next attempt need not fetch again. */
  readonly secured: number;
  /** Tries once to fetch what is missing. */
  attempt(): Promise<AttemptEnd>;
  /**
   * Gives a file its name of which bytes are missing and will not come.
   *
   * @returns The end; undefined where that is not possible.
   */
  acceptShort?(): TransferEnd | undefined;
  /** Ends the running attempt, which then fails with an error that says why. */
  interrupt(reason: Error): void;
  /**
   * Ends the transfer without its file.
   *
   * @param resumable Whether what exists can be used another time.
   * @returns The bytes that are kept.
   */
  stop(resumable: boolean): number;
}

/** An answer that may be another one later. */
export class TransientError extends HeliographError {
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter: number | undefined;
  /** Whether the server means every request, not this one only. */
  readonly wholeServer: boolean;

  /**
   * Makes an error.
   *
   * @param message What was found.
   * @param options `retryAfter` and `wholeServer`.
   */
  constructor(
    message: string,
    options: HeliographErrorOptions & {
      retryAfter?: number | undefined;
      wholeServer?: boolean | undefined;
    },
  ) {
    super(message, options);
    this.retryAfter = options.retryAfter;
    this.wholeServer = options.wholeServer ?? false;
  }
}

/** The file of that name in the output folder, if there is one. */
export function existingFile(
  context: RunContext,
  name: string,
): { size: number; modified: number } | undefined {
  const path = joinPath(context.options.folder, name);
  if (!context.folder.has(name)) return undefined;
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (error) {
    // A link that leads nowhere is replaced like a file.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileError(error, "look at", path);
  }
  if (info.isDirectory) throw new HeliographError(`Cannot write ${path}: it is a folder`);
  return { size: info.size, modified: info.mtime?.getTime() ?? 0 };
}

/**
 * Whether a file that is there makes the request unnecessary.
 *
 * @param context The run.
 * @param name The name.
 * @param there What the server tells about its file, for the policy `newer`.
 * @returns The end of the transfer, or undefined if the file must be fetched.
 */
export function skipExisting(
  context: RunContext,
  name: string,
  there?: FileFacts,
): TransferEnd | undefined {
  const { existing } = context.options;
  const here = existingFile(context, name);
  if (here === undefined || existing === "clobber") return undefined;
  if (existing === "newer" && (there === undefined || isNewer(here, there))) return undefined;
  if (existing === "continue" && there?.size !== here.size) {
    // What is empty has nothing to keep; a part of our own is more than it.
    if (here.size === 0 || context.folder.hasPart(name)) return undefined;
    throw new HeliographError(
      `Cannot continue ${joinPath(context.options.folder, name)}: only files of http, https and ` +
        "s3 can be continued, under a name that is known before they are asked for (--name NAME)",
    );
  }
  if (context.folder.has(sidecarName(name))) removeOrphan(context.options.folder, name);
  return { path: joinPath(context.options.folder, name), outcome: "skipped", bytes: here.size };
}

/**
 * Claims a name for a transfer.
 *
 * @param context The run.
 * @param wanted The name.
 */
export function claimName(context: RunContext, wanted: string): string {
  const name = safeFileName(wanted);
  const { claims, folder } = context;
  if (context.options.existing !== "unique") return claims.claim(name);
  return claims.claimUnique(name, (name) => folder.has(name));
}
