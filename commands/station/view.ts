import { type Command, defineCommand } from "../program/command.ts";
import { FLAGS } from "./view_flags.ts";

/** `heliograph view`: one FITS file in a browser. */
export const command: Command = defineCommand({
  name: "view",
  summary: "Look at a FITS file in a browser: zoom, values, coordinates, headers",
  usage: "FILE|URL",
  details: `The first line is the address of the page. A browser is opened where the program may
run one (--allow-run=xdg-open, on macOS open) and --no-open does not forbid it. Nothing but
the file can be seen there, and only by programs on this machine, unless --host says otherwise.`,
  arguments: [1, 1],
  flags: FLAGS,
  example: "view sample-data/sun.fits",
  permissions: ["--allow-net=127.0.0.1", "--allow-read=."],
  async run(context) {
    const { showFile } = await loadViewer();
    await showFile(context);
  },
});

/** Loads the viewer when it is called: a line of help needs none. */
async function loadViewer(): Promise<typeof import("./show_file.ts")> {
  return await import(import.meta.resolve("./show_file.ts"));
}
