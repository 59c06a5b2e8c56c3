import { base64Length } from "../../http/websocket/base64/encoder.ts";
import { connectWebSocket } from "../../http/websocket/connect.ts";
import type { WebSocketConnection } from "../../http/websocket/connection.ts";
import { peerName } from "../../http/image_exchange/image_exchange.ts";
import { type ImageEcho, sendImage } from "../../http/image_exchange/send_image.ts";
import { showText, terminalColumns } from "../../net/progress.ts";
import { cutMiddle } from "../../net/text/cut_middle.ts";
import { printable } from "../../net/text/printable.ts";
import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { UsageError } from "../program/command.ts";
import { readAuthorities } from "../program/flag_files.ts";
import { closeText } from "./close_text.ts";
import type { SendContext as Context } from "./send_flags.ts";

/** Sends images one after the other; returns the exit status. */
export async function sendImages(context: Context): Promise<number> {
  const { images, url } = readArguments(context.args);
  const { token } = context.flags;
  if (token !== undefined) url.searchParams.set("token", token);
  let failed = 0;
  if (context.flags.name) {
    for (const image of images) {
      const named = new URL(url);
      named.searchParams.set("name", image.split(/[/\\]/).at(-1)!);
      failed += await sendOver(named, [image], context);
    }
  } else {
    failed = await sendOver(url, images, context);
  }
  return failed === 0 ? 0 : 1;
}

function readArguments(args: readonly string[]): { images: string[]; url: URL } {
  const isUrl = (text: string) => /^wss?:/i.test(text);
  const urls = args.filter(isUrl);
  const other = args.find((text) => !isUrl(text) && /^[a-z][a-z0-9+.-]+:\/\//i.test(text));
  if (other !== undefined) throw new UsageError(`'${other}' is no ws: or wss: URL and no file`);
  const images = args.filter((text) => !isUrl(text));
  if (urls.length > 1) throw new UsageError(`'${urls[1]}' is a second URL, expected one`);
  const url = URL.parse(urls[0] ?? "ws://localhost:9000/");
  if (url === null || url.hostname === "") {
    throw new UsageError(`'${urls[0]}' is no URL, expected ws://HOST:PORT/`);
  }
  return { images: images.length === 0 ? ["image.jpg"] : images, url };
}

/** Sends images over one connection; returns how many did not come back as they were sent. */
async function sendOver(url: URL, images: readonly string[], context: Context): Promise<number> {
  const { flags, json, quiet, signal, print } = context;
  const say = (text: string) => json || quiet || print(text);
  for (const image of images) checkFile(image);
  const caCerts = await readAuthorities("--ca", flags.ca);
  const connection = await connectWebSocket(url, {
    signal,
    maxMessageSize: flags["max-message"],
    // Images are compressed already.
    compression: false,
    connect: { caCerts },
  });
  say(`Server connected: ${peerName(connection.remote)}`);
  say("WebSocket connection open.");
  let failed = 0;
  try {
    for (const image of images) failed += await sendOne(connection, image, context);
  } finally {
    const info = await connection.close();
    say(`WebSocket connection closed: ${closeText(info)}`);
  }
  return failed;
}

function checkFile(path: string): void {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    if (isFile) return;
    const found = isDirectory ? "a folder" : "a device or pipe";
    throw new HeliographError(`Cannot send '${path}': it is ${found}, expected a file`, {
      source: path,
    });
  } catch (error) {
    throw fileError(error, "send", path);
  }
}

async function sendOne(
  connection: WebSocketConnection,
  image: string,
  { flags, json, print, complain, quiet }: Context,
): Promise<number> {
  const { binary } = flags;
  const size = Deno.statSync(image).size;
  if (!json) {
    print(
      binary
        ? `Size of the sent image: ${size} bytes`
        : `Encoded size of the sent image: ${base64Length(size)} bytes`,
    );
  }
  const progress = quiet || json ? undefined : progressLine(image);
  const echo = await sendImage(connection, image, {
    binary,
    onProgress: progress?.show,
  }).finally(() => progress?.end());
  if (json) print(JSON.stringify({ event: "echo", image, ...echo }));
  else if (echo.reply === undefined) print(receivedLine(echo, binary));
  if (echo.identical) return 0;
  complain(
    echo.reply === undefined
      ? `heliograph ws send: what came back for '${image}' is not what was sent`
      : `heliograph ws send: the server did not send '${image}' back: ${echo.reply}`,
  );
  return 1;
}

function receivedLine({ received }: ImageEcho, binary: boolean): string {
  return binary
    ? `Binary message received: ${received} bytes`
    : `Encoded size of the received image: ${received} bytes`;
}

/** Messages from this length on show how far they are, on a terminal. */
const LARGE_BYTES = 8_388_608;
const REDRAW_MS = 100;

/** A line on the terminal that says how much has gone and has come back. */
function progressLine(
  image: string,
): { show: (sent: number, received: number, total: number) => void; end: () => void } | undefined {
  if (!Deno.stderr.isTerminal()) return undefined;
  const start = performance.now();
  let drawn = 0;
  const draw = (text: string) => showText(`\r${printable(text)}\x1b[K`);
  return {
    show: (sent, received, total) => {
      const now = performance.now();
      if (total < LARGE_BYTES || now - drawn < REDRAW_MS) return;
      drawn = now;
      const rate = (sent + received) / 1048.576 / (now - start);
      const percent = (part: number) => `${Math.floor(100 * part / total)} %`;
      const text = `: sent ${percent(sent)}, received ${percent(received)}, ` +
        `${rate.toFixed(0)} MiB/s`;
      draw(cutMiddle(printable(image), terminalColumns() - 1 - text.length) + text);
    },
    end: () => void (drawn > 0 && draw("")),
  };
}
