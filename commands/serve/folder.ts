/** What `heliograph serve` and each of its workers run. */

import { setImmediate } from "node:timers";
import { type AccessRecord, commonLogLine, jsonLogLine } from "../../http/server/access_log.ts";
import {
  fileHandler,
  type FileHandlerOptions,
  receivingFileHandler,
} from "../../http/files/handler.ts";
import { type HttpServer, serveHttp } from "../../http/server/serve_http.ts";
import type { HttpHandler } from "../../http/server/types.ts";
import { UsageError } from "../program/command.ts";
import { standardStreams } from "../program/streams.ts";
import { onlyFile, singleFile } from "./single_file.ts";

/** How a folder is served; plain values, since workers get it as a message. */
export interface FolderSettings {
  readonly root: string;
  readonly hostname: string;
  readonly port: number;
  readonly reusePort: boolean;
  /** Certificate chain and key, in PEM. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly cors: boolean;
  readonly allowHosts: readonly string[];
  readonly hidden: boolean;
  readonly followSymlinks: boolean;
  readonly listing: boolean;
  /** Whether text and JSON are compressed for who accepts it. */
  readonly compress: boolean;
  /** Whether files are taken, and how large. */
  readonly upload: { readonly maxBytes: number } | undefined;
  /** Whether FITS files are shown: as pictures, and in pages. */
  readonly viewer: boolean;
  /** What to write before commands. */
  readonly program: string;
  /** Who may come in, as `NAME:HASH`; none for everybody. */
  readonly users: readonly string[];
  readonly accessLog: "common" | "json" | undefined;
  /** Whether the words of each request are shown, as SOCKSERVERHTTP shows them. */
  readonly showsRequests: boolean;
}

/** The path of what is no file: a folder of this name is not served where there is a viewer. */
export const VIEWER_BASE = "/-";

/** Serves a folder; what is said about it goes to standard error. */
export async function serveFolder(
  settings: FolderSettings,
  signal?: AbortSignal,
): Promise<HttpServer> {
  const { root, hostname, port, reusePort, cert, key, showsRequests } = settings;
  const lines = new LogLines();
  const single = singleFile(root);
  const viewer = settings.viewer && single === undefined
    ? new (await loadViewer()).Viewer({ ...settings, base: VIEWER_BASE, files: "" })
    : undefined;
  const { pages, representations } = viewer ?? {};
  if (settings.upload !== undefined && single !== undefined) {
    throw new UsageError(`--upload needs a folder, and '${root}' is a file`);
  }
  const served = single === undefined
    ? await folderHandler(settings, { ...settings, root, pages, representations })
    : onlyFile(
      single.name,
      fileHandler({ ...settings, root: single.folder, hidden: true, precompressed: false }),
    );
  const files: HttpHandler = viewer === undefined
    ? served
    : (request) => viewer.handle(request) ?? served(request);
  const handler: HttpHandler = !showsRequests ? files : (request) => {
    lines.add(`${request.method} ${request.target} HTTP/${request.version}`);
    return files(request);
  };
  const guarded = settings.users.length === 0
    ? handler
    : (await import("../../http/access/with_users.ts")).withUsers(settings.users, handler);
  const format = settings.accessLog === "json" ? jsonLogLine : commonLogLine;
  return await serveHttp({
    hostname,
    port,
    reusePort,
    cert,
    key,
    allowHosts: settings.allowHosts,
    signal,
    log: settings.accessLog === undefined
      ? undefined
      : (record: AccessRecord) => lines.add(format(record)),
    onError: (error, remote) => lines.add(`${remote ?? root}: ${describe(error)}`),
  }, guarded);
}

/**
 * An address as a QR code for the camera of a telephone.
 *
 * @param url The address of the server.
 * @returns Lines for a terminal; why there is none, where that is so.
 */
export async function addressCode(url: string): Promise<string[]> {
  const shown = new URL(url);
  if (/^(?:0\.0\.0\.0|\[::\])$/.test(shown.hostname)) {
    const own = ownAddress();
    if (own === undefined) {
      return [
        "No QR code: --host names no address; --host ADDRESS or --allow-sys=networkInterfaces",
      ];
    }
    shown.hostname = own;
  }
  const { qrCode, qrLines } = await import("../../net/text/qr_code.ts");
  const code = qrCode(shown.href);
  if (code === undefined) return [`No QR code: ${shown.href} is too long`];
  return [...qrLines(code), shown.href];
}

/** An address of this machine that others may reach; undefined where the system may not be asked. */
function ownAddress(): string | undefined {
  try {
    return Deno.networkInterfaces()
      .find(({ address, family }) => family === "IPv4" && !address.startsWith("127."))?.address;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return undefined;
  }
}

/** Loads what takes files when they are taken. */
async function folderHandler(
  { upload }: FolderSettings,
  options: FileHandlerOptions,
): Promise<HttpHandler> {
  if (upload === undefined) return fileHandler(options);
  const { Uploads } = await import("../../http/files/upload.ts");
  return receivingFileHandler(
    options,
    (tree, index) => new Uploads(tree, index, upload.maxBytes),
  );
}

/** Loads the viewer when there is one: a line of help needs none. */
async function loadViewer(): Promise<typeof import("../../station/viewer.ts")> {
  return await import(import.meta.resolve("../../station/viewer.ts"));
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Lines for standard error, written together once in each turn of the event loop. */
class LogLines {
  #lines: string[] = [];
  #error = standardStreams().error;

  add(line: string): void {
    if (this.#lines.length === 0) setImmediate(() => this.#flush());
    this.#lines.push(line);
  }

  #flush(): void {
    const text = this.#lines.join("\n");
    this.#lines = [];
    this.#error(text);
  }
}
