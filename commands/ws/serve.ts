import type { ImageExchangeEvent } from "../../http/image_exchange/image_exchange.ts";
import { makeFolder, readTlsFiles, renewOnHangup } from "../program/flag_files.ts";
import { announce, whoCanReach } from "../program/listening.ts";
import { closeText } from "./close_text.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { BatchedOutput } from "../program/batched_output.ts";

/** What of the help text is about who can reach the server. */
const ACCESS = "Access";
/** Pixels of the picture of a FITS file. */
const PICTURE_SIZE = 256;

/** `heliograph ws serve`: the document's server, for many clients and browsers. */
export const command: Command = defineCommand({
  name: "ws serve",
  summary: "Receive images over WebSocket, save them and send them back",
  usage: "[--port PORT] [--out DIR]",
  details: "An image comes as Base64 in a text message. It is saved as image_received.jpg,\n" +
    "replaced each time; a client that names it (ws://HOST:PORT/?name=sun.png) gets a file\n" +
    "of that name that replaces none. Binary messages are sent back and not saved.\n" +
    "A browser that opens http://HOST:PORT/ can drop images on a page. SIGHUP has --cert and\n" +
    "--key read again.",
  arguments: [0, 0],
  flags: {
    host: {
      type: "string",
      value: "H",
      help: "address to listen on",
      default: "127.0.0.1",
      group: ACCESS,
    },
    port: { type: "port", value: "PORT", help: "port, 0 for any", default: 9000 },
    out: { type: "string", value: "DIR", help: "folder for received images", default: "." },
    "max-message": { type: "size", help: "largest message", default: 4_294_967_296 },
    origin: {
      type: "strings",
      value: "URL",
      help: "let pages of this origin connect; * for any",
      group: ACCESS,
    },
    "allow-host": {
      type: "strings",
      value: "NAME",
      help: "another name of this server",
      group: ACCESS,
    },
    token: {
      type: "string",
      value: "T",
      help: "token that clients must send (?token=T)",
      group: ACCESS,
    },
    keep: { type: "boolean", help: "keep every image in its own file" },
    "save-binary": { type: "boolean", help: "save images from binary messages too" },
    echo: { type: "boolean", help: "send every message back and save nothing" },
    cert: {
      type: "string",
      value: "FILE",
      help: "certificate chain in PEM, for wss",
      group: ACCESS,
    },
    key: { type: "string", value: "FILE", help: "private key in PEM, for wss", group: ACCESS },
  },
  environment: true,
  example: "ws serve --port 9000 --out received",
  permissions: ["--allow-net=127.0.0.1:9000", "--allow-read=.", "--allow-write=."],
  async run(context) {
    const { flags, json, quiet, signal, print, report, complain } = context;
    const tls = await readTlsFiles(flags);
    if (!flags.echo) await makeFolder("--out", flags.out);
    const { host, token } = flags;
    const lines = new BatchedOutput(print);
    const { serveImages } = await loadServer();
    await using server = await serveImages({
      hostname: host,
      port: flags.port,
      folder: flags.out,
      maxMessageSize: flags["max-message"],
      origins: flags.origin,
      hosts: flags["allow-host"],
      keep: flags.keep,
      saveBinary: flags["save-binary"],
      echoOnly: flags.echo,
      signal,
      token,
      tls,
      describe: async ({ type }, path) => {
        if (type !== "image/fits") return undefined;
        const { describeFits } = await loadReader();
        return await describeFits(path, PICTURE_SIZE);
      },
      http: { onError: (error, remote) => complain(`${remote ?? "server"}: ${error}`) },
      onEvent: (event) => {
        // Who sends images is served whether or not anyone reads of it.
        if (json) lines.add(JSON.stringify(event));
        else if (!quiet) lines.add(line(event));
        else if (event.event === "refused" && event.own) complain(line(event));
      },
    });
    renewOnHangup(context, "ws serve", [server]);
    const url = server.webSocketUrl;
    announce(context, url);
    report(`open ${server.url} in a browser to send images from there`);
    const holders = token === undefined ? "" : " with the token";
    whoCanReach(host, url, `send images${holders}`).forEach(report);
    await server.finished;
    lines.end();
  },
});

/** Loads the server when it is called: a line of help needs none. */
async function loadServer(): Promise<typeof import("../../http/image_exchange/serve_images.ts")> {
  return await import(import.meta.resolve("../../http/image_exchange/serve_images.ts"));
}

/** Loads what reads FITS files when one has come. */
async function loadReader(): Promise<typeof import("../../fits/description.ts")> {
  return await import(import.meta.resolve("../../fits/description.ts"));
}

/** An event in the words of the document's server. */
function line(event: ImageExchangeEvent): string {
  switch (event.event) {
    case "connecting":
      return `Client connecting: ${event.peer}`;
    case "open":
      return "WebSocket connection open.";
    case "text":
      return "Text message received, saving to a file";
    case "binary":
      return `Binary message received: ${event.bytes} bytes`;
    case "saved":
      return `Saved ${event.name}: ${event.bytes} bytes, ${event.type}`;
    case "refused":
      return `Not saved: ${event.reason}`;
    case "closed":
      return `WebSocket connection closed: ${closeText(event)}`;
  }
}
