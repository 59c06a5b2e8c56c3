import { basename, dirname } from "node:path";
import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { tokenOf } from "../program/flag_files.ts";
import { EVENT_FLAGS } from "../fitspipe/event_flags.ts";
import { announce, isOwnAddress, whoCanReach } from "../program/listening.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { VERSION } from "../program/version.ts";
import { programLine } from "../program/started_as.ts";

/** What of the help text is about who can reach the station. */
const ACCESS = "Access";

/** Characters of a token at least: shorter ones are guessed. */
const MIN_TOKEN = 8;

/** Where the sample data is made when no folder is named. */
const SAMPLE_FOLDER = "sample-data";

/** `heliograph start`: the station. */
export const command: Command = defineCommand({
  name: "start",
  summary: "Start the station: all servers in one process, and a page to watch them",
  usage: "[FILE|DIR]",
  details: `A folder is served; of a FILE its folder, and its page is said.\n` +
    `Without one and without --data, a folder '${SAMPLE_FOLDER}' with a synthetic Sun is made and served.\n` +
    `Pictures that arrive go to '${SAMPLE_FOLDER}/received', with --data to 'received'.`,
  arguments: [0, 1],
  flags: {
    data: { type: "string", value: "DIR", help: "folder to serve" },
    host: { type: "string", value: "H", help: "address to listen on", default: "127.0.0.1" },
    port: { type: "port", value: "PORT", help: "page and files, 0 for any", default: 8000 },
    "fitspipe-port": { type: "port", value: "PORT", help: "camera frames", default: 9999 },
    "rpc-port": { type: "port", value: "PORT", help: "arrays and commands", default: 21038 },
    "ws-port": { type: "port", value: "PORT", help: "images over WebSocket", default: 9000 },
    out: { type: "string", value: "DIR", help: "folder for pictures that arrive" },
    "allow-host": {
      type: "strings",
      value: "NAME",
      help: "another name of this machine",
      group: ACCESS,
    },
    token: {
      type: "string",
      value: "T",
      help: "token that pages, arrays and images need; refuses IDL clients, which have none",
      group: ACCESS,
    },
    "token-file": {
      type: "string",
      value: "FILE",
      help: "a file that holds the token",
      group: ACCESS,
    },
    insecure: {
      type: "boolean",
      help: "listen beyond this machine without a token",
      group: ACCESS,
    },
    "picture-memory": {
      type: "size",
      help: "bytes of the pictures that are kept",
      default: 1024 ** 3,
    },
    "base-path": {
      type: "string",
      value: "/PATH/",
      help: "path of the page behind a proxy",
      group: ACCESS,
    },
    remote: { type: "boolean", help: "open FITS files of other servers, as /view/?url=URL" },
    "remote-private": {
      type: "boolean",
      help: "the same for servers of private and local addresses",
    },
    "trust-proxy": {
      type: "boolean",
      help: "believe the X-Forwarded-* fields of a proxy of your own",
      group: ACCESS,
    },
    ...EVENT_FLAGS,
  },
  environment: true,
  example: "start",
  permissions: ["--allow-net=127.0.0.1", "--allow-read=.", `--allow-write=${SAMPLE_FOLDER}`],
  furtherPermissions:
    "--allow-net for --remote, --allow-net=HOST:PORT --allow-env=HELIOGRAPH_REDIS_*,AWS_* for " +
    "--events and --archive",
  async run(context) {
    const { args: [given], flags, signal, detail, report } = context;
    if (given !== undefined && flags.data !== undefined) {
      throw new UsageError("found FILE and --data, expected one of them");
    }
    if (flags.archive !== undefined && flags.events === undefined) {
      throw new UsageError("--archive needs --events: it is what tells where a frame is kept");
    }
    const token = await tokenOf(flags);
    requireToken(flags.host, token, flags.insecure);
    const basePath = basePathOf(flags["base-path"]);
    const isFolder = given !== undefined && await kindOf(given) === "folder";
    const file = isFolder ? undefined : given;
    const folder = isFolder ? given : flags.data;
    const data = folder ?? (file === undefined ? await sampleData(report) : dirname(file));
    const { startStation } = await loadStation();
    const ports = {
      port: flags.port,
      "fitspipe-port": flags["fitspipe-port"],
      "rpc-port": flags["rpc-port"],
      "ws-port": flags["ws-port"],
    };
    const station = await startStation({
      data,
      version: VERSION,
      pictureMemory: flags["picture-memory"],
      program: programLine(["--allow-net", "--allow-read=.", "--allow-write=."]),
      hostname: flags.host,
      port: flags.port,
      fitspipePort: flags["fitspipe-port"],
      arrayPort: flags["rpc-port"],
      imagePort: flags["ws-port"],
      received: flags.out ?? (data === SAMPLE_FOLDER ? `${SAMPLE_FOLDER}/received` : "received"),
      allowHosts: flags["allow-host"],
      token,
      basePath,
      trustProxy: flags["trust-proxy"],
      remote: flags.remote || flags["remote-private"]
        ? { allowsPrivate: flags["remote-private"] }
        : undefined,
      signal,
      log: detail,
    }).catch((error) => {
      throw withFlag(error, ports);
    });
    await using _ended = station;
    await using _events = flags.events === undefined
      ? undefined
      : await (await loadAnnouncing()).announceFrames(
        context,
        station.frames.store,
        station.frames.address,
      );
    for (const { name, url } of station.services) announce(context, url, name);
    whoCanReach(
      flags.host,
      station.url,
      token === undefined
        ? `read the files in '${data}', send images, arrays with commands, and frames`
        : `send frames, and with the token read the files in '${data}', send images and arrays`,
    ).forEach(report);
    const page = file === undefined ? "" : `view/${encodeURIComponent(basename(file))}`;
    const key = token === undefined ? "" : "?token=...";
    report(`open ${station.url}${page}${key} in a browser; Ctrl-C ends the station`);
    await station.finished;
  },
});

/** Loads what announces frames when it is asked for. */
async function loadAnnouncing(): Promise<typeof import("../fitspipe/announce.ts")> {
  return await import(import.meta.resolve("../fitspipe/announce.ts"));
}

/**
 * Makes sure that what others can reach has a token.
 *
 * @throws {UsageError} If it has none, and that is not said to be wanted.
 */
function requireToken(host: string, token: string | undefined, insecure: boolean): void {
  if (token !== undefined && token.length < MIN_TOKEN) {
    throw new UsageError(`the token has ${token.length} characters, expected ${MIN_TOKEN} or more`);
  }
  if (isOwnAddress(host) || token !== undefined || insecure) return;
  throw new UsageError(
    `--host is '${host}', which others can reach: expected --token, --token-file or --insecure`,
  );
}

/** A path as it stands before others: a slash at its beginning, none at its end. */
function basePathOf(text: string | undefined): string {
  const path = (text ?? "").replace(/^\/|\/$/g, "");
  if (path === "") return "";
  if (/^[\w~-][\w.~-]*(\/[\w~-][\w.~-]*)*$/.test(path)) return `/${path}`;
  throw new UsageError(
    `--base-path is '${text}', expected a path of letters, digits, - . _ ~ such as /x/`,
  );
}

/** Looks at what is to be shown before anything is started for it. */
async function kindOf(path: string): Promise<"folder" | "file"> {
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    if (isDirectory) return "folder";
    if (isFile) return "file";
  } catch (error) {
    throw fileError(error, "open", path);
  }
  throw new HeliographError(`Cannot open '${path}': it is neither a file nor a folder`, {
    source: path,
  });
}

/** Names the flag of the port that is in use. */
function withFlag(error: unknown, ports: Readonly<Record<string, number>>): unknown {
  if (!(error instanceof HeliographError)) return error;
  const port = /^Cannot listen on \S+:(\d+): the port is in use/.exec(error.message)?.[1];
  const [flag] = Object.entries(ports).find(([, value]) => `${value}` === port) ?? [];
  if (flag === undefined) return error;
  const { message, source } = error;
  return new HeliographError(`${message}: --${flag} takes another`, { cause: error, source });
}

async function sampleData(report: (line: string) => void): Promise<string> {
  const { writeSampleData } = await loadSampleData();
  try {
    for (const { path, written } of await writeSampleData(SAMPLE_FOLDER)) {
      if (written) report(`made ${path}`);
    }
  } catch (error) {
    throw fileError(error, "make the sample data in", SAMPLE_FOLDER);
  }
  return SAMPLE_FOLDER;
}

/**
 * Loads the station when it is called. Deno opens what is behind a literal specifier whenever
 * the program starts, for a line of help too. Reading it takes no permission that the
 * workers of the station do not take.
 */
async function loadStation(): Promise<typeof import("../../station/station.ts")> {
  return await import(import.meta.resolve("../../station/station.ts"));
}

/** Loads what makes the sample data, for the same reason. */
async function loadSampleData(): Promise<typeof import("./sample_data.ts")> {
  return await import(import.meta.resolve("./sample_data.ts"));
}
