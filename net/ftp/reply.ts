/**
 * Replies of an FTP server (RFC 959 section 4.2, RFC 2389, RFC 2428, RFC 3659):
 * lines in, replies and what stands in them out.
 *
 * @module
 */

import { LimitError } from "../errors.ts";
import { FtpError } from "./error.ts";

/** A whole reply. */
export interface FtpReply {
  /** The three digits. */
  readonly code: number;
  /** The text of each line, without the code where a line has it. */
  readonly lines: readonly string[];
}

/** The most octets of one line of a reply, its end included. */
export const MAX_REPLY_LINE = 8_192;

/** The most lines and octets of one reply; a greeting with a long notice has some dozens. */
const MAX_REPLY_LINES = 2_000;
const MAX_REPLY_OCTETS = 262_144;

/** Puts lines together to replies. */
export class FtpReplyParser {
  #code = "";
  #lines: string[] = [];
  #octets = 0;

  /**
   * Takes one line.
   *
   * @param line The line without its end.
   * @returns The reply that it completes, or null if more lines belong to it.
   * @throws {FtpError} If the line begins no reply.
   * @throws {LimitError} If the reply gets too long.
   */
  push(line: string): FtpReply | null {
    this.#octets += line.length;
    if (this.#lines.length >= MAX_REPLY_LINES || this.#octets > MAX_REPLY_OCTETS) {
      throw new LimitError(
        `Cannot read the FTP reply: more than ${MAX_REPLY_LINES} lines or ${MAX_REPLY_OCTETS} bytes`,
      );
    }
    const match = /^([1-5]\d\d)([ -]|$)(.*)$/s.exec(line);
    if (this.#code === "") {
      if (match === null) {
        throw new FtpError(
          0,
          `Cannot read the FTP reply: found ${JSON.stringify(line.slice(0, 60))}, ` +
            "expected three digits and a text",
        );
      }
      if (match[2] !== "-") return this.#end(match[1]!, match[3]!);
      this.#code = match[1]!;
      this.#lines.push(match[3]!);
      return null;
    }
    // Lines between may begin with anything, other codes included; only the first
    // code and a space ends the reply (section 4.2).
    if (match !== null && match[1] === this.#code && match[2] !== "-") {
      return this.#end(match[1]!, match[3]!);
    }
    const repeated = match !== null && match[1] === this.#code;
    this.#lines.push(repeated ? match[3]! : line);
    return null;
  }

  #end(code: string, text: string): FtpReply {
    const reply = { code: Number(code), lines: [...this.#lines, text] };
    this.#code = "";
    this.#lines = [];
    this.#octets = 0;
    return reply;
  }
}

/**
 * The port of a reply to PASV. The address in it is ignored: a server behind a
 * translating router tells a private one, a hostile one that of somebody else.
 *
 * @param reply The 227 reply.
 * @throws {FtpError} If there are no six numbers from 0 to 255 in it.
 */
export function passivePort(reply: FtpReply): number {
  const text = reply.lines.join(" ");
  const match = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})(?!\d)/.exec(text);
  const numbers = match?.slice(1).map(Number) ?? [];
  const port = numbers[4]! * 256 + numbers[5]!;
  if (match === null || numbers.some((number) => number > 255) || port === 0) {
    throw misunderstood("PASV", reply, "six numbers from 0 to 255 with a port");
  }
  return port;
}

/**
 * The port of a reply to EPSV (RFC 2428 section 3): `(|||6446|)`, any delimiter.
 *
 * @param reply The 229 reply.
 * @throws {FtpError} If there is no port in it.
 */
export function extendedPassivePort(reply: FtpReply): number {
  const match = /\(([!-~])\1\1(\d{1,5})\1\)/.exec(reply.lines.join(" "));
  const port = Number(match?.[2]);
  if (!(port >= 1 && port <= 65_535)) throw misunderstood("EPSV", reply, "a port as in (|||6446|)");
  return port;
}

/**
 * The number of a reply to SIZE (RFC 3659 section 4).
 *
 * @param reply The 213 reply.
 * @returns Bytes, or undefined if it is no whole number that fits.
 */
export function sizeOf(reply: FtpReply): number | undefined {
  const match = /^\s*(\d{1,16})\s*$/.exec(reply.lines.at(-1)!);
  const size = Number(match?.[1]);
  return Number.isSafeInteger(size) ? size : undefined;
}

/**
 * A time of RFC 3659 section 2.3, `YYYYMMDDhhmmss[.sss]` in UTC, as MDTM and MLSD tell it.
 *
 * @param text The text.
 * @returns The time, or undefined if it is none.
 */
export function readTimeVal(text: string): Date | undefined {
  const match = /^\s*(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?\s*$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return utcTime(year, month, day, hour, minute, second, Number(match[7] ?? 0) * 1000);
}

/** A time in UTC, or undefined if there is no such date. A leap second counts as the next one. */
export function utcTime(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  milliseconds = 0,
): Date | undefined {
  // Date.UTC() takes years before 100 for those of the last century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 60) return undefined;
  date.setUTCHours(hour, minute, second, Math.trunc(milliseconds));
  return date;
}

/**
 * What a reply to FEAT lists (RFC 2389 section 3.2).
 *
 * @param reply The 211 reply.
 * @returns Names in upper case, each with what follows it.
 */
export function featuresOf(reply: FtpReply): Map<string, string> {
  const features = new Map<string, string>();
  for (const line of reply.lines.slice(1, -1)) {
    const match = /^\s*(\S+)\s*(.*)$/.exec(line);
    if (match !== null) features.set(match[1]!.toUpperCase(), match[2]!.trim());
  }
  return features;
}

/**
 * The folder of a reply to PWD: quoted, with quotes doubled (RFC 959 appendix II).
 *
 * @param reply The 257 reply.
 * @returns The path in octets, or undefined if none is quoted.
 */
export function workingFolder(reply: FtpReply): string | undefined {
  return /"((?:[^"]|"")+)"/.exec(reply.lines.join(" "))?.[1]?.replaceAll('""', '"');
}

/** An error for a reply in which something that must be there is not. */
function misunderstood(command: string, reply: FtpReply, expected: string): FtpError {
  const found = JSON.stringify(reply.lines.join(" ").slice(0, 80));
  return new FtpError(
    reply.code,
    `Cannot read the reply to ${command}: found ${reply.code} ${found}, expected ${expected}`,
  );
}

/**
 * A line for the server.
 *
 * @param verb The command, such as `RETR`.
 * @param argument Its argument in octets.
 * @returns The line with CR LF.
 * @throws {FtpError} If the argument contains CR, LF or NUL, which would smuggle in
 * a second command.
 */
export function commandLine(verb: string, argument?: string): string {
  if (argument === undefined) return `${verb}\r\n`;
  if (/[\r\n\0]/.test(argument)) {
    const shown = verb === "PASS" ? "the password" : JSON.stringify(argument.slice(0, 80));
    throw new FtpError(
      0,
      `Cannot send ${verb} to the FTP server: ${shown} contains a line break or NUL`,
    );
  }
  return `${verb} ${argument}\r\n`;
}
