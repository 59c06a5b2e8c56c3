/** A file server on a folder that a test fills. */

import { fileHandler, type FileHandlerOptions } from "../../../http/files/handler.ts";
import {
  type HttpServer,
  serveHttp,
  type ServeHttpOptions,
} from "../../../http/server/serve_http.ts";
import { temporaryFolder } from "../temporary.ts";
import { Wire, type WireAnswer } from "./wire.ts";

/** When the files of a {@linkcode site} were modified. */
export const OLD: Date = new Date("2015-03-19T18:37:02Z");

/** A clock for which every file is old. */
export const later: { now: () => number } = { now: (): number => Date.now() + 60_000 };

/** A running file server, and one connection to it. */
export interface Site extends AsyncDisposable {
  /** The folder on the disk. */
  readonly root: string;
  readonly server: HttpServer;
  readonly wire: Wire;
  /** Sends a request such as `GET /a` with fields, one per line. */
  ask(line: string, ...fields: string[]): Promise<WireAnswer>;
}

/** Makes a folder with some files, and serves it; an unexpected error ends the test. */
export async function site(
  files: Record<string, string | Uint8Array>,
  options: Partial<FileHandlerOptions> = {},
  serverOptions: ServeHttpOptions = {},
): Promise<Site> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = `${folder.path}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
    Deno.utimeSync(path, OLD, OLD);
  }
  // What the callback itself throws, a server only prints.
  const onError = (error: unknown) =>
    queueMicrotask(() => {
      throw error;
    });
  const handler = fileHandler({ root: folder.path, ...options });
  const server = await serveHttp({ port: 0, onError, ...serverOptions }, handler);
  const wire = await Wire.open(server.address);
  return {
    root: folder.path,
    server,
    wire,
    ask: (line, ...fields) =>
      wire.ask(`${[`${line} HTTP/1.1`, "Host: x", ...fields].join("\r\n")}\r\n\r\n`),
    async [Symbol.asyncDispose]() {
      wire[Symbol.dispose]();
      await server.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}
