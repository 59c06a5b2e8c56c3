import { type Command, defineCommand } from "../program/command.ts";
import { SEND_FLAGS } from "./call_flags.ts";
import { CLIENT_FLAGS } from "./client_flags.ts";

/** `heliograph rpc send`: the document's SockTest, with any file and any command. */
export const command: Command = defineCommand({
  name: "rpc send",
  summary: "Send a file as the array DATA, with a command",
  usage: "FILE COMMAND",
  details: "FILE is FITS, JPEG, PNG or npy. A picture becomes [3, width, height] as READ_JPEG\n" +
    "with /TRUE gives it, the bottom row first. The cards of a FITS file come as data_header\n" +
    "where the command speaks of them. With --wire idl the message is that of IDL's\n" +
    "socket programs, for a server in IDL too.",
  arguments: [2, 2],
  flags: { ...SEND_FLAGS, ...CLIENT_FLAGS },
  example: "rpc send sample-data/sun.jpg 'a=image(data,/no_tool)'",
  permissions: ["--allow-net=localhost:21038", "--allow-read=."],
  run: async (context) => {
    const { sendArray }: typeof import("./send_array.ts") = await import(
      import.meta.resolve("./send_array.ts")
    );
    return await sendArray(context);
  },
});
