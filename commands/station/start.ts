import { basename, dirname } from "node:path";
import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { announce, whoCanReach } from "../program/listening.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { programLine } from "../program/started_as.ts";

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
    "allow-host": { type: "strings", value: "NAME", help: "another name of this machine" },
  },
  environment: true,
  example: "start",
  permissions: ["--allow-net=127.0.0.1", "--allow-read=.", `--allow-write=${SAMPLE_FOLDER}`],
  async run(context) {
    const { args: [given], flags, signal, detail, report } = context;
    if (given !== undefined && flags.data !== undefined) {
      throw new UsageError("found FILE and --data, expected one of them");
    }
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
      program: programLine(["--allow-net", "--allow-read=.", "--allow-write=."]),
      hostname: flags.host,
      port: flags.port,
      fitspipePort: flags["fitspipe-port"],
      arrayPort: flags["rpc-port"],
      imagePort: flags["ws-port"],
      received: flags.out ?? (data === SAMPLE_FOLDER ? `${SAMPLE_FOLDER}/received` : "received"),
      allowHosts: flags["allow-host"],
      signal,
      log: detail,
    }).catch((error) => {
      throw withFlag(error, ports);
    });
    for (const { name, url } of station.services) announce(context, url, name);
    whoCanReach(
      flags.host,
      station.url,
      `read the files in '${data}', send images, arrays with commands, and frames`,
    ).forEach(report);
    const page = file === undefined ? "" : `view/${encodeURIComponent(basename(file))}`;
    report(`open ${station.url}${page} in a browser; Ctrl-C ends the station`);
    await station.finished;
  },
});

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
