import { isServersOwn } from "../../http/files/fields.ts";
import { HeaderFields } from "../../http/message/header_fields.ts";
import { FormatError, HeliographError } from "../../net/errors.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { readTlsFiles, renewOnHangup } from "../program/flag_files.ts";
import { programLine } from "../program/started_as.ts";
import {
  STORE_DETAILS,
  STORE_FLAGS,
  STORE_PERMISSION,
  storeOptions,
} from "../program/store_flags.ts";
import { announce, whoCanReach } from "../program/listening.ts";
import type { FolderSettings } from "./folder.ts";
import type { WorkerOrder, WorkerReport } from "./worker.ts";

/** The most bytes of an added file, where no flag says otherwise. */
const DEFAULT_UPLOAD_BYTES = 1_073_741_824;

/** What of the help text is about who can reach the server. */
const ACCESS = "Access";

/** `heliograph serve`: the files of a folder over HTTP. */
export const command: Command = defineCommand({
  name: "serve",
  summary: "Serve the files of a folder over HTTP",
  usage: "[DIR|FILE|s3://BUCKET/PREFIX]",
  details: `DIR defaults to the current folder; of a FILE nothing else is served. Files whose
names begin with a dot are not served, links that lead out of DIR are not followed, and
only programs on this machine can connect, unless a flag says otherwise. Listings lead to
a viewer of FITS files; it is below the path /-/. A folder with ?archive=zip or ?archive=tar
behind its path is sent as one file, with all that is below it. SIGHUP has --cert and --key
read again. Of s3://BUCKET/PREFIX objects are served, read only, with ranges, listings and
pictures; the store's key stays here.
${STORE_DETAILS}`,
  arguments: [0, 1],
  flags: {
    host: {
      type: "string",
      value: "H",
      help: "address to listen on",
      default: "127.0.0.1",
      group: ACCESS,
    },
    port: { type: "port", value: "PORT", help: "port, 0 for any", short: "p", default: 8000 },
    cert: {
      type: "string",
      value: "FILE",
      help: "certificate chain in PEM, for https",
      group: ACCESS,
    },
    key: {
      type: "string",
      value: "FILE",
      help: "private key of the certificate in PEM",
      group: ACCESS,
    },
    user: {
      type: "strings",
      value: "NAME:HASH",
      help: "let this user in alone; 'heliograph hash NAME' makes the HASH",
      group: ACCESS,
    },
    header: {
      type: "strings",
      value: "'NAME: VALUE'",
      help: "header field for every response",
      group: ACCESS,
    },
    cors: { type: "boolean", help: "let pages of any origin read the files (CORS)", group: ACCESS },
    "allow-host": {
      type: "strings",
      value: "NAME",
      help: "another name of this server",
      group: ACCESS,
    },
    hidden: {
      type: "boolean",
      help: "also serve files whose names begin with a dot",
      group: ACCESS,
    },
    "follow-symlinks": {
      type: "boolean",
      help: "follow links that lead out of DIR",
      group: ACCESS,
    },
    "no-listing": { type: "boolean", help: "do not list folders without an index.html" },
    compress: {
      type: "boolean",
      help: "compress text and JSON (zstd, gzip) for clients that accept it",
    },
    upload: {
      type: "boolean",
      help: "let everybody who may read add files (PUT, and a form in listings); none is replaced",
      group: ACCESS,
    },
    "upload-size": {
      type: "size",
      value: "SIZE",
      help: "the most bytes of an added file (default 1G)",
      group: ACCESS,
    },
    qr: {
      type: "boolean",
      help: "show the address as a QR code, where standard output is a terminal",
      group: ACCESS,
    },
    "no-viewer": { type: "boolean", help: "no pictures and no pages of FITS files" },
    workers: {
      type: "number",
      value: "N",
      help: "threads that share the port; more than 1 needs deno's flag --unstable-net",
      default: 1,
    },
    "access-log": {
      type: "string",
      value: "FORMAT",
      help: "log each request on standard error: common or json",
    },
    ...STORE_FLAGS,
  },
  environment: true,
  example: "serve --port 0",
  permissions: ["--allow-net=127.0.0.1", "--allow-read=."],
  furtherPermissions:
    `--allow-write=DIR for --upload, --allow-net for a bucket, ${STORE_PERMISSION}`,
  async run(context) {
    const { args, flags, verbose, quiet, signal, report } = context;
    const workers = workerCount(flags.workers);
    const tls = await readTlsFiles(flags);
    const settings: FolderSettings = {
      root: args[0] ?? ".",
      hostname: flags.host,
      port: flags.port,
      reusePort: workers > 1,
      cert: tls?.cert,
      key: tls?.key,
      headers: flags.header.map(parseHeader),
      cors: flags.cors,
      allowHosts: flags["allow-host"],
      hidden: flags.hidden,
      followSymlinks: flags["follow-symlinks"],
      listing: !flags["no-listing"],
      compress: flags.compress,
      upload: uploadOf(flags),
      viewer: !flags["no-viewer"],
      program: programLine(["--allow-net", "--allow-read=.", "--allow-write=."]),
      users: flags.user.map(checkUser),
      accessLog: logFormat(flags["access-log"]),
      showsRequests: verbose && !quiet,
    };
    if (flags.upload && /^s3:/i.test(settings.root)) {
      throw new UsageError("--upload needs a folder: a bucket is served read only");
    }
    const server = /^s3:/i.test(settings.root)
      ? await (await loadGateway()).serveBucket(
        ...[settings, storeOptions(flags), signal, context.complain] as const,
      )
      : await (await loadServer()).serveFolder(settings, signal);
    const { address, url } = server;
    try {
      const others = startWorkers(workers - 1, { ...settings, port: address.port }, signal);
      await others.listening;
      renewOnHangup(context, "serve", [server, others]);
      announce(context, url);
      report(`% SOCKSERVERHTTP: Server listening on port ${address.port}`);
      const can = `read the files in '${settings.root}'${flags.upload ? " and add others" : ""}`;
      whoCanReach(flags.host, url, can).forEach(report);
      if (flags.qr && Deno.stdout.isTerminal()) {
        (await (await loadServer()).addressCode(url)).forEach(report);
      }
      await Promise.race([Promise.all([server.finished, others.ended]), others.failed]);
    } finally {
      await server.shutdown();
    }
  },
});

/** Loads the server when it is called: a line of help needs none. */
async function loadServer(): Promise<typeof import("./folder.ts")> {
  return await import(import.meta.resolve("./folder.ts"));
}

/** Loads what serves buckets. */
async function loadGateway(): Promise<typeof import("./bucket.ts")> {
  return await import(import.meta.resolve("./bucket.ts"));
}

function uploadOf(
  flags: { readonly upload: boolean; readonly "upload-size": number | undefined },
): { maxBytes: number } | undefined {
  const size = flags["upload-size"];
  if (!flags.upload && size !== undefined) throw new UsageError("--upload-size needs --upload");
  if (size !== undefined && size < 1) {
    throw new UsageError(`--upload-size is '${size}', expected 1 or more`);
  }
  return flags.upload ? { maxBytes: size ?? DEFAULT_UPLOAD_BYTES } : undefined;
}

function checkUser(text: string): string {
  if (/^[^:]+:scrypt:/.test(text)) return text;
  throw new UsageError("--user expects NAME:HASH, as 'heliograph hash NAME' prints it");
}

function logFormat(format: string | undefined): "common" | "json" | undefined {
  if (format === undefined || format === "common" || format === "json") return format;
  throw new UsageError(`--access-log is '${format}', expected common or json`);
}

function parseHeader(text: string): [name: string, value: string] {
  const colon = text.indexOf(":");
  if (colon < 1) throw new UsageError(`--header is '${text}', expected 'NAME: VALUE'`);
  const [name, value] = [text.slice(0, colon), text.slice(colon + 1).trim()];
  if (isServersOwn(name)) {
    throw new UsageError(`--header is '${text}': only the server knows the value of ${name}`);
  }
  try {
    new HeaderFields({ [name]: value });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError(`--header is '${text}', expected 'NAME: VALUE': ${error.message}`);
  }
  return [name, value];
}

function workerCount(count: number): number {
  if (!Number.isInteger(count) || count < 1 || count > 256) {
    throw new UsageError(`--workers is '${count}', expected a whole number from 1 to 256`);
  }
  // Without the flag, sharing a port would end the process without a word.
  if (count > 1 && !("listenDatagram" in Deno)) {
    throw new HeliographError(
      `Cannot run ${count} workers: sharing a port (SO_REUSEPORT) needs deno's flag ` +
        `--unstable-net, as in 'deno run --unstable-net ... cli.ts serve --workers ${count}'`,
    );
  }
  return count;
}

/** Further threads that serve the same folder. */
interface Workers {
  /** Resolves when all of them serve. */
  readonly listening: Promise<unknown>;
  /** Resolves when all of them have ended. */
  readonly ended: Promise<unknown>;
  /** Rejects when one of them fails. */
  readonly failed: Promise<never>;
  /** Has all of them show another certificate. */
  useCertificate(cert: string, key: string): void;
}

function startWorkers(count: number, settings: FolderSettings, signal: AbortSignal): Workers {
  const failed = Promise.withResolvers<never>();
  const all = Array.from({ length: count }, () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const listening = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const fail = (message: string) => {
      const error = new HeliographError(`Cannot go on with ${count + 1} workers: ${message}`);
      listening.reject(error);
      failed.reject(error);
    };
    worker.onmessage = ({ data }: MessageEvent<WorkerReport>) => {
      if (data.event === "listening") listening.resolve();
      else if (data.event === "ended") ended.resolve();
      else fail(data.message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message);
    };
    worker.postMessage(settings);
    signal.addEventListener("abort", () => worker.postMessage("shutdown"), { once: true });
    const tell = (order: WorkerOrder) => worker.postMessage(order);
    return { listening: listening.promise, ended: ended.promise, tell };
  });
  failed.promise.catch(() => {});
  return {
    listening: Promise.all(all.map((worker) => worker.listening)),
    ended: Promise.all(all.map((worker) => worker.ended)),
    failed: failed.promise,
    useCertificate: (cert, key) => all.forEach(({ tell }) => tell({ renewed: { cert, key } })),
  };
}
