/** The own flags of `stream`, and what comes of all of them. */

import type { CommandContext } from "../program/command.ts";
import { CLOBBER_FLAG } from "../program/output_file.ts";
import type { STORE_FLAGS } from "../program/store_flags.ts";
import type { CLIENT_FLAGS } from "./client_flags.ts";

/** The own flags of `stream`. */
export const STREAM_FLAGS = {
  output: {
    type: "string",
    short: "o",
    value: "PAGE",
    help: "write the page here; - for standard output",
  },
  clobber: CLOBBER_FLAG as typeof CLOBBER_FLAG,
  title: { type: "string", value: "TEXT", help: "title of the page" },
  caption: { type: "strings", value: "TEXT", help: "text below an image, in order" },
  "max-size": { type: "size", value: "SIZE", help: "refuse larger images", default: 268_435_456 },
} as const;

/** What `stream` was called with. */
export type StreamContext = CommandContext<
  typeof STREAM_FLAGS & typeof CLIENT_FLAGS & typeof STORE_FLAGS
>;
