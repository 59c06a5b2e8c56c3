import type { CLIENT_FLAGS } from "../http/client_flags.ts";
import type { CommandContext } from "../program/command.ts";
import type { STORE_FLAGS } from "../program/store_flags.ts";

/** The flags that `heliograph get` has for itself. */
export const OWN_FLAGS = {
  input: {
    type: "string",
    short: "i",
    value: "LIST",
    help: "take URLs from a file, a Metalink too; - for standard input",
  },
  output: {
    type: "string",
    short: "o",
    value: "DIR",
    help: "folder for the files, or s3://BUCKET/PREFIX",
    default: ".",
  },
  name: { type: "string", value: "NAME", help: "name of the file, for one URL" },
  clobber: { type: "boolean", help: "fetch files that exist already and replace them" },
  newer: {
    type: "boolean",
    help: "replace files whose size differs or that are newer on the server",
  },
  continue: {
    type: "boolean",
    short: "c",
    help: "go on with files that another program has begun, where that is certain",
  },
  unique: { type: "boolean", help: "fetch files that exist already under a numbered name" },
  list: { type: "boolean", help: "list the files that a page links to; fetch nothing" },
  match: { type: "string", value: "PATTERN", help: "fetch (or list) the linked files that match" },
  recursive: {
    type: "boolean",
    short: "r",
    help: "follow the links of pages on the same server; folders are made as there",
    group: "Recursion",
  },
  depth: {
    type: "count",
    value: "N",
    help: "links from the page to a file, at most",
    default: 5,
    group: "Recursion",
  },
  "no-parent": {
    type: "boolean",
    help: "follow nothing above the folder of the page",
    group: "Recursion",
  },
  "ignore-robots": {
    type: "boolean",
    help: "follow links that robots.txt or a page forbids",
    group: "Recursion",
  },
  jobs: {
    type: "count",
    short: "j",
    value: "N",
    help: "files at a time (default 8, more of them where they are small and far away)",
  },
  "per-host": {
    type: "count",
    value: "N",
    help: "connections to one server (default 8, more of them as for --jobs)",
  },
  split: { type: "count", value: "N", help: "connections for one large file", default: 1 },
  sha256: { type: "string", value: "HEX", help: "expected SHA-256 of the file, for one URL" },
  retries: {
    type: "integer",
    value: "N",
    help: "failed attempts in a row before giving up",
    default: 5,
  },
  deadline: { type: "seconds", value: "SECONDS", help: "time limit for the whole run" },
  "lowest-speed": {
    type: "size",
    value: "SIZE",
    help: "restart transfers slower than SIZE per second",
    default: 100,
  },
  "limit-rate": { type: "size", value: "SIZE", help: "at most SIZE per second, all together" },
  compressed: { type: "boolean", help: "ask for compressed bodies and store them inflated" },
  "accept-html": {
    type: "boolean",
    help: "take a page (HTML) in place of the existing part of a file",
  },
  "accept-short": { type: "boolean", help: "keep files of which fewer bytes come than announced" },
  "max-size": { type: "size", value: "SIZE", help: "refuse larger files" },
  fsync: { type: "boolean", help: "wait until each file is on the disk" },
  "ftp-tls": { type: "boolean", help: "require TLS for ftp: servers too (AUTH TLS)" },
} as const;

/** What `heliograph get` was called with. */
export type GetContext = CommandContext<
  typeof OWN_FLAGS & typeof CLIENT_FLAGS & typeof STORE_FLAGS
>;
