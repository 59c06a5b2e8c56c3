import { CLIENT_FLAGS, CLIENT_PERMISSION, ENVIRONMENT_PERMISSION } from "./client_flags.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { STORE_DETAILS, STORE_FLAGS } from "../program/store_flags.ts";
import { STREAM_FLAGS } from "./stream_flags.ts";

/** `heliograph stream`: the document's way to show an image without storing it. */
export const command: Command = defineCommand({
  name: "stream",
  summary: "Write an HTML page that contains its images as Base64 data URIs",
  usage: "URL...",
  details:
    "Images compressed by gzip are inflated; FITS images are rendered as PNG. The type is\n" +
    "that of the first bytes. Without --output the page goes to standard output. With --json\n" +
    "(needs --output PAGE) the result is one object: output, bytes, images.\n" +
    STORE_DETAILS,
  flags: { ...STREAM_FLAGS, ...CLIENT_FLAGS, ...STORE_FLAGS },
  arguments: [1, Infinity],
  example: "stream http://127.0.0.1:8000/sun.jpg -o test_image.html --clobber",
  permissions: [CLIENT_PERMISSION, "--allow-read=.", "--allow-write=."],
  furtherPermissions: ENVIRONMENT_PERMISSION,
  run: async (context) => {
    const { writePage }: typeof import("./write_page.ts") = await import(
      import.meta.resolve("./write_page.ts")
    );
    return await writePage(context);
  },
});
