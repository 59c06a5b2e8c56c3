import { ARRAY_PORT } from "../../rpc/frames/frames.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { makeFolder, readTlsFiles, renewOnHangup, tokenOf } from "../program/flag_files.ts";
import { announce, whoCanReach } from "../program/listening.ts";
import { urlOf } from "./client_flags.ts";

/** What of the help text is about who can reach the server. */
const ACCESS = "Access";

/** `heliograph rpc serve`: the document's SockServer, for IDL, GDL and our own clients. */
export const command: Command = defineCommand({
  name: "rpc serve",
  summary: "Serve arrays: receive them and run commands on them",
  usage: "",
  details: "Takes the messages of IDL's and GDL's socket programs and of `heliograph rpc`.\n" +
    "IMAGE, TV, TVSCL and PLOT put PNG files into --out, WRITEFITS FITS files, which READFITS\n" +
    "and MRDFITS read there. The signal SIGUSR2 prints a line\n" +
    "of metrics as JSON, SIGHUP has --cert and --key read again.",
  arguments: [0, 0],
  flags: {
    host: {
      type: "string",
      value: "H",
      help: "address to listen on",
      default: "127.0.0.1",
      group: ACCESS,
    },
    port: { type: "port", value: "PORT", help: "port, 0 for any", default: ARRAY_PORT },
    out: { type: "string", value: "DIR", help: "folder for pictures and files" },
    token: {
      type: "string",
      value: "T",
      help: "token that clients must send; refuses IDL clients, which have none",
      group: ACCESS,
    },
    "token-file": {
      type: "string",
      value: "FILE",
      help: "a file that holds the token",
      group: ACCESS,
    },
    "max-array": { type: "size", help: "bytes of the arrays of one message", default: 1024 ** 3 },
    "max-memory": { type: "size", help: "bytes of all arrays", default: 4 * 1024 ** 3 },
    "max-output": { type: "size", help: "bytes written to --out", default: 4 * 1024 ** 3 },
    timeout: { type: "seconds", value: "SECONDS", help: "time limit for one command", default: 10 },
    workers: { type: "count", value: "N", help: "threads for longer commands" },
    cert: {
      type: "string",
      value: "FILE",
      help: "certificate chain in PEM, for TLS",
      group: ACCESS,
    },
    key: {
      type: "string",
      value: "FILE",
      help: "private key of the certificate in PEM",
      group: ACCESS,
    },
  },
  environment: true,
  example: "rpc serve --out pictures",
  permissions: ["--allow-net=127.0.0.1:21038", "--allow-read=.", "--allow-write=pictures"],
  async run(context) {
    const { flags, signal, print, report } = context;
    const { host, workers } = flags;
    const tls = await readTlsFiles(flags);
    if (flags.out !== undefined) await makeFolder("--out", flags.out);
    const token = await tokenOf(flags);
    const { serveArrays } = await loadServeArrays();
    const server = await serveArrays({
      hostname: host,
      port: flags.port,
      maxArray: flags["max-array"],
      maxMemory: flags["max-memory"],
      maxOutput: flags["max-output"],
      commandTimeout: flags.timeout * 1_000,
      signal,
      log: report,
      complain: context.complain,
      output: flags.out,
      token,
      workers,
      ...tls,
    });
    renewOnHangup(context, "rpc serve", [server]);
    const url = urlOf(server.address);
    announce(context, url);
    const holders = token === undefined ? "" : " with the token";
    whoCanReach(host, url, `send arrays and commands${holders}`).forEach(report);
    const showMetrics = () => print(JSON.stringify({ event: "metrics", ...server.metrics() }));
    // SIGUSR1 would also open a debugger, on a port for every user of the machine.
    const asked = Deno.build.os === "windows" ? "SIGBREAK" : "SIGUSR2";
    Deno.addSignalListener(asked, showMetrics);
    try {
      await server.finished;
    } finally {
      Deno.removeSignalListener(asked, showMetrics);
    }
  },
});

/**
 * Loads the server when it is called. Deno opens what is behind a literal specifier whenever
 * the program starts, for a line of help too. Reading it takes no permission that the
 * server's workers do not take.
 */
async function loadServeArrays(): Promise<typeof import("../../rpc/server/array_server.ts")> {
  return await import(import.meta.resolve("../../rpc/server/array_server.ts"));
}
