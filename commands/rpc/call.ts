import { type Command, defineCommand } from "../program/command.ts";
import { CALL_FLAGS } from "./call_flags.ts";
import { CLIENT_FLAGS } from "./client_flags.ts";

/** `heliograph rpc call`: a command, the arrays that it needs, and its result. */
export const command: Command = defineCommand({
  name: "rpc call",
  summary: "Run a command on a server and print or save its result",
  usage: "[COMMAND] [NAME=FILE...]",
  details: "Each FILE (FITS, JPEG, PNG or npy) becomes the array NAME; the cards of a FITS file\n" +
    "come as NAME_header where the command speaks of it. A file of tables comes as its bytes:\n" +
    "MRDFITS(NAME, 1) reads them. The result is what the command returns, or the value of\n" +
    "the expression at its end.",
  arguments: [0, 1_000],
  flags: { ...CALL_FLAGS, ...CLIENT_FLAGS },
  example: "rpc call 'mean(sun)' sun=sample-data/sun.fits",
  permissions: ["--allow-net=localhost:21038", "--allow-read=."],
  furtherPermissions: "--allow-write=. for --output",
  run: async (context) => {
    const { callServer }: typeof import("./call_server.ts") = await import(
      import.meta.resolve("./call_server.ts")
    );
    return await callServer(context);
  },
});
