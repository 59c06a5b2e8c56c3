import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { announce, whoCanReach } from "../program/listening.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { programLine } from "../program/started_as.ts";

/** Where the sample data is made when no folder is named. */
const SAMPLE_FOLDER = "sample-data";

/** `heliograph start`: the station. */
export const command: Command = defineCommand({
  name: "start",
  summary: "Start the station: all servers in one process, and a page to watch them",
  usage: "",
  details:
    `Without --data, a folder '${SAMPLE_FOLDER}' with a synthetic Sun is made and served.\n` +
    `Pictures that arrive go to '${SAMPLE_FOLDER}/received', with --data to 'received'.`,
  arguments: [0, 0],
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
    const { flags, signal, detail, report } = context;
    const data = flags.data ?? await sampleData(report);
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
      received: flags.out ?? (flags.data === undefined ? `${SAMPLE_FOLDER}/received` : "received"),
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
    report(`open ${station.url} in a browser; Ctrl-C ends the station`);
    await station.finished;
  },
});

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
