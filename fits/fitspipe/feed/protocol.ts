/**
 * The lines of the fitspipe protocol: commands, replies, and the 40 bytes before a
 * frame. A core without sockets.
 *
 * Three sources speak in the comments: *client* is what the published client
 * `fitspipe-get.py` proves, *wiki* what the help output of the server v2.01 says,
 * *ours* what neither says and is decided here, and only here, so that it can
 * change when the wire format becomes known.
 */

import { FormatError, LimitError, ProtocolError } from "../../../net/errors.ts";
import { clip, parsePairs, splitWords } from "./words.ts";

/** The port of the published client. */
export const FITSPIPE_PORT = 9999;

/** The feed of a `get` or `put` that names none (wiki). */
export const DEFAULT_FEED = "default";

/** Bytes of the line before a frame (client). */
export const FRAME_LINE_BYTES = 40;

/** The published client reads the reply to `ls` with one read of this size (client). */
export const LIST_REPLY_BYTES = 10_000;

/** Header blocks of a frame at most (client: it gives up after that). */
export const MAX_HEADER_BLOCKS = 100;

/** Bytes of a command line at most (ours). */
export const MAX_COMMAND_BYTES = 4_096;

/**
 * A command without a terminator is complete when the socket was silent for so
 * many milliseconds (ours): the published client sends none (client).
 */
export const COMMAND_GAP_MS = 20;

/** A `get` may ask for a frame this far ahead of the newest and wait for it (ours). */
export const MAX_FRAMES_AHEAD = 1_000;

/** Our servers name themselves in the reply to `version`; clients then end commands with LF (ours). */
export const SERVER_NAME = "Heliograph fitspipe";

/** A command begins with these bytes if it is no command but a FITS file (wiki: "Dump in a FITS file"). */
export const FITS_MAGIC: Uint8Array = new TextEncoder().encode("SIMPLE  =");

/** What follows a file with these bytes is an extension of it, of which a frame has no use (ours). */
const EXTENSION_MAGIC: Uint8Array = new TextEncoder().encode("XTENSION=");

const FEED_NAME = /^[A-Za-z0-9_.:-]{1,64}$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** The server's help text (wiki). */
export const HELP_LINES: readonly string[] = [
  `${SERVER_NAME} commands:`,
  '  <Dump in a FITS file>                 - Same as "put feed=default"',
  "  version                               - Show fitspipe server version",
  "  put feed=<feedname>                   - To submit a FITS file",
  "  get feed=<feedname> [frame=<frameno>] - To retrieve a FITS frame",
  "  list or ls                            - List available feeds",
  "  composite compenable=<true|false> [compgeom=wxh compfeeds=<feed1,feed2,...>]",
  "                                        - Set up composite of multiple feeds",
  "  shutdown                              - Make this server exit",
  "  exit or quit or q                     - Close the connection",
];

/** A command of a client. */
export type Command =
  | { readonly name: "version" | "help" | "ls" | "shutdown" | "exit" }
  | { readonly name: "put"; readonly feed: string }
  | {
    readonly name: "get";
    readonly feed: string;
    /** The frame's number; undefined for the newest. */
    readonly frame: number | undefined;
    readonly fullHeader: boolean;
  }
  | {
    readonly name: "composite";
    readonly enable: boolean;
    readonly columns: number | undefined;
    readonly rows: number | undefined;
    readonly feeds: readonly string[];
  };

/** What each command may be told; in any order (wiki). */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  version: [],
  help: [],
  ls: [],
  shutdown: [],
  exit: [],
  put: ["feed"],
  get: ["feed", "frame", "fullheader"],
  composite: ["compenable", "compgeom", "compfeeds"],
};

const SYNONYMS: Readonly<Record<string, string>> = { list: "ls", quit: "exit", q: "exit" };

/**
 * Reads a command line.
 *
 * @param line The line without its terminator.
 * @returns The command; undefined for a blank line.
 * @throws {ProtocolError} If it is no command; the message suits a `! ` reply.
 */
export function parseCommand(line: string): Command | undefined {
  const [word, ...tokens] = splitWords(line);
  if (word === undefined) return undefined;
  const name = SYNONYMS[word] ?? word;
  const allowed = Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name]! : undefined;
  if (allowed === undefined) throw new ProtocolError(`unknown command '${clip(word)}'`);
  const values = parsePairs(tokens);
  for (const key of values.keys()) {
    if (!allowed.includes(key)) throw new ProtocolError(`${name} takes no '${clip(key)}'`);
  }
  switch (name) {
    case "put":
      return { name, feed: feedName(values.get("feed")) };
    case "get":
      return {
        name,
        feed: feedName(values.get("feed")),
        frame: frameNumber(values.get("frame")),
        fullHeader: flag("fullheader", values.get("fullheader") ?? "0"),
      };
    case "composite":
      return composite(values);
    default:
      return { name: name as "version" | "help" | "ls" | "shutdown" | "exit" };
  }
}

function feedName(value: string | undefined): string {
  if (value === undefined) return DEFAULT_FEED;
  if (!isFeedName(value)) throw new ProtocolError(`bad feed name '${clip(value)}'`);
  return value;
}

/**
 * Whether a name can stand in a reply to `ls`: quotes, backslashes and `#` break
 * the published client's parser (client).
 *
 * @param name The name of a feed.
 */
export function isFeedName(name: string): boolean {
  return FEED_NAME.test(name);
}

function frameNumber(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,10}$/.test(value)) throw new ProtocolError(`bad frame number '${clip(value)}'`);
  return Number(value);
}

function flag(key: string, value: string): boolean {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  throw new ProtocolError(`bad ${key} '${clip(value)}', expected true or false`);
}

function composite(values: Map<string, string>): Command {
  const enable = values.get("compenable");
  if (enable === undefined) throw new ProtocolError("composite needs compenable=true or false");
  const geometry = values.get("compgeom");
  const match = geometry === undefined ? null : /^(\d{1,2})x(\d{1,2})$/i.exec(geometry);
  if (geometry !== undefined && match === null) {
    throw new ProtocolError(`bad compgeom '${clip(geometry)}', expected COLUMNSxROWS`);
  }
  const feeds = (values.get("compfeeds") ?? "").split(",").filter((name) => name !== "");
  return {
    name: "composite",
    enable: flag("compenable", enable),
    columns: match === null ? undefined : Number(match[1]),
    rows: match === null ? undefined : Number(match[2]),
    feeds: feeds.map(feedName),
  };
}

/**
 * Whether a line begins as a request of HTTP does: a method in capitals and a target. No
 * command of fitspipe does, with or without arguments.
 */
export function isHttpRequest(line: string): boolean {
  return /^\s*[A-Z]+ +(?:\/|\*|https?:|[^ =]*:\d)/.test(line);
}

/** A piece of a connection's input: a command line, or the beginning of a FITS file or extension. */
export type Input =
  | { readonly kind: "line"; readonly line: string; readonly bytes: number }
  | { readonly kind: "fits" | "extension" };

/**
 * Finds the next command among the bytes that have arrived.
 *
 * A line ends with LF, CR LF or NUL, or where a FITS file begins, or, once the
 * socket is silent, with the last byte (ours).
 *
 * @param bytes What has arrived.
 * @param silent Whether the socket has been silent for {@linkcode COMMAND_GAP_MS}.
 * @returns The next input; undefined if more must come.
 * @throws {LimitError} If a line is longer than {@linkcode MAX_COMMAND_BYTES}.
 */
export function nextInput(bytes: Uint8Array, silent: boolean): Input | undefined {
  if (bytes.length === 0) return undefined;
  for (const [magic, kind] of [[FITS_MAGIC, "fits"], [EXTENSION_MAGIC, "extension"]] as const) {
    const shared = commonPrefix(bytes, magic);
    if (shared === magic.length) return { kind };
    // A file whose first bytes have come is no command, however long the rest takes.
    if (shared === bytes.length && shared > 1) return undefined;
  }
  const window = bytes.subarray(0, MAX_COMMAND_BYTES + 1);
  const end = window.findIndex((byte) => byte === 10 || byte === 0);
  const text = decoder.decode(end < 0 ? window : window.subarray(0, end));
  const file = text.indexOf("SIMPLE  =");
  if (file > 0) return { kind: "line", line: text.slice(0, file), bytes: file };
  if (end >= 0) return { kind: "line", line: text.replace(/\r$/, ""), bytes: end + 1 };
  if (bytes.length > MAX_COMMAND_BYTES) {
    throw new LimitError(`a command line is longer than ${MAX_COMMAND_BYTES} bytes`);
  }
  return silent ? { kind: "line", line: text, bytes: bytes.length } : undefined;
}

function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** A reply of success, with lines of text before it. */
export function okReply(lines: readonly string[] = [], ending = ""): Uint8Array {
  const text = lines.map((line) => `+ ${line}\n`).join("") + `. OK${ending}\n`;
  return encoder.encode(text);
}

/** A reply of failure. */
export function errorReply(message: string): Uint8Array {
  return encoder.encode(`! ${message.replace(/[^\x20-\x7e]/g, "?")}\n`);
}

/**
 * A reply of failure to a `get`: exactly 40 bytes, so that a client that reads 40
 * bytes fails at once and does not wait for more (ours).
 */
export function getErrorReply(message: string): Uint8Array {
  const text = `! ${message.replace(/[^\x20-\x7e]/g, "?")}`.slice(0, FRAME_LINE_BYTES - 1);
  return encoder.encode(text.padEnd(FRAME_LINE_BYTES - 1) + "\n");
}

/** What the line before a frame says. */
export interface FrameLine {
  readonly frame: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The 40 bytes before a frame, `"# %10d %10d x %10d   \n"`: the frame number in bytes
 * 2-12, the width in 13-22, the height in 26-35 (client), and ` x `, three blanks and
 * LF where the client does not look (ours).
 */
export function frameLine({ frame, width, height }: FrameLine): Uint8Array {
  const number = (value: number) => String(value).padStart(10);
  const line = `# ${number(frame)} ${number(width)} x ${number(height)}   \n`;
  if (line.length !== FRAME_LINE_BYTES) {
    throw new LimitError(`frame ${frame} of ${width} x ${height} does not fit its line`);
  }
  return encoder.encode(line);
}

/**
 * Reads the 40 bytes before a frame; blanks and zeros before a number are tolerated.
 *
 * @throws {ProtocolError} If they are something else.
 */
export function parseFrameLine(bytes: Uint8Array): FrameLine {
  const text = decoder.decode(bytes);
  const number = (from: number, to: number) => {
    const field = text.slice(from, to).trim();
    return /^\d+$/.test(field) ? Number(field) : undefined;
  };
  const frame = number(2, 13);
  const width = number(13, 23);
  const height = number(26, 36);
  if (
    bytes.length !== FRAME_LINE_BYTES || !text.startsWith("# ") || frame === undefined ||
    width === undefined || height === undefined
  ) {
    throw new ProtocolError(`Cannot read the line before a frame: found '${clip(text)}'`);
  }
  return { frame, width, height };
}

/** What the reply to `ls` tells of a feed. */
export interface FeedInfo {
  /** The feed's name. */
  readonly feed: string;
  /** The number of the newest frame. */
  readonly newest: number;
  /** The number of the oldest frame that can still be had. */
  readonly oldest: number;
  /** How many frames are kept at most. */
  readonly depth: number;
  /** NAXIS1 of the newest frame. */
  readonly width: number;
  /** NAXIS2 of the newest frame. */
  readonly height: number;
  /** How many frames have been put since the feed began. */
  readonly frames: number;
}

/** The most bytes that {@linkcode feedLine} makes of a feed with this name. */
export function feedLineBound(name: string): number {
  const longest = 9_999_999_999;
  const info = { newest: longest, oldest: longest, depth: 999_999, width: 99_999, height: 99_999 };
  return feedLine({ feed: name, ...info, frames: longest }).length + "+ \n".length;
}

/** A line of the reply to `ls`: `name=value` tokens with blanks between them (client). */
export function feedLine(info: FeedInfo): string {
  const { feed, newest, oldest, depth, width, height, frames } = info;
  return `feed=${feed} newest=${newest} oldest=${oldest} depth=${depth} ` +
    `width=${width} height=${height} frames=${frames}`;
}

/**
 * Reads a line of the reply to `ls`.
 *
 * @param line The line without its prefix.
 * @returns What it tells; other servers may leave out all but `feed` and `newest`,
 * and what is missing is taken from those.
 * @throws {ProtocolError} If one of these two is missing or no token of a pair.
 */
export function parseFeedLine(line: string): FeedInfo {
  const values = parsePairs(splitWords(line));
  const feed = values.get("feed");
  const number = (key: string, fallback: number) => {
    const text = values.get(key);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : fallback;
  };
  const newest = number("newest", -1);
  if (feed === undefined || newest < 0) {
    throw new ProtocolError(
      `Cannot read a feed: found '${clip(line)}', expected feed= and newest=`,
    );
  }
  const depth = number("depth", 1);
  return {
    feed,
    newest,
    oldest: number("oldest", Math.max(0, newest - depth + 1)),
    depth,
    width: number("width", 0),
    height: number("height", 0),
    frames: number("frames", newest),
  };
}

/** What the first two bytes of a line say (client). */
export type ReplyKind = "more" | "error" | "frame" | "ok";

/**
 * What kind of line a reply is.
 *
 * @param prefix Its first two characters.
 * @throws {FormatError} If they are none of `+ `, `! `, `# ` and `. `.
 */
export function replyKind(prefix: string): ReplyKind {
  switch (prefix) {
    case "+ ":
      return "more";
    case "! ":
      return "error";
    case "# ":
      return "frame";
    case ". ":
      return "ok";
  }
  throw new FormatError(
    `the reply begins with ${JSON.stringify(clip(prefix))}, ` +
      `expected '+ ', '! ', '# ' or '. '`,
  );
}
