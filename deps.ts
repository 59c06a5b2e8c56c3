/**
 * Every outside dependency, once, with its full specifier, its types and the
 * reason why it is here. The npm build of the Deno standard library is plain
 * JavaScript, so each function gets its precise type where it is re-exported.
 *
 * Left out on purpose: a library for cookies (tough-cookie brings the list of public suffixes, and
 * rules of its own for URLs: `http/client/cookies.ts` is 220 lines, and shares no cookie with a
 * domain that could be a public suffix), and one for QR codes (it would be fetched at the first
 * start, or be missing without a network: `net/text/qr_code.ts` draws what an address needs).
 *
 * @module
 */

import { parseArgs as parseArgsUntyped } from "npm:deno-std@1.4.0/cli/parse_args.js";

/** How {@linkcode parseArgs} reads the command line. */
export interface ParseArgsOptions {
  /** Names of the flags that take no value. */
  boolean?: string[];
  /** Names of the flags that take a value, kept as text. */
  string?: string[];
  /** Names of the flags that may be given several times. */
  collect?: string[];
}

/** Splits a command line into flags and positional arguments: one parser for every command. */
export const parseArgs: (
  args: string[],
  options: ParseArgsOptions,
) => { _: (string | number)[]; [flag: string]: unknown } = parseArgsUntyped;
