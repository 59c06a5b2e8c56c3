/** The own flags of `rpc send` and `rpc call`, and what comes of all of them. */

import type { CommandContext } from "../program/command.ts";
import { CLOBBER_FLAG } from "../program/output_file.ts";
import type { CLIENT_FLAGS } from "./client_flags.ts";

/** The own flags of `rpc send`. */
export const SEND_FLAGS = {
  wire: { type: "string", value: "own|idl", help: "the protocol", default: "own" },
} as const;

/** What `rpc send` was called with. */
export type SendContext = CommandContext<typeof SEND_FLAGS & typeof CLIENT_FLAGS>;

/** The own flags of `rpc call`. */
export const CALL_FLAGS = {
  file: {
    type: "string",
    short: "f",
    value: "PROGRAM",
    help: "run the program in this file (.pro) instead of COMMAND",
  },
  output: {
    type: "string",
    short: "o",
    value: "FILE",
    help: "write the result as .npy, .fits or .png",
  },
  clobber: CLOBBER_FLAG as typeof CLOBBER_FLAG,
  timeout: { type: "seconds", value: "SECONDS", help: "time limit for the command" },
} as const;

/** What `rpc call` was called with. */
export type CallContext = CommandContext<typeof CALL_FLAGS & typeof CLIENT_FLAGS>;
