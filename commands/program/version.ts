import { type Command, defineCommand } from "./command.ts";

/** The program's version, the same in every deno.json, jsr.json and package.json. */
export const VERSION = "0.1.0";

/** `heliograph version`: what a report of a fault should say. */
export const command: Command = defineCommand({
  name: "version",
  summary: "Show the program's version, with --verbose those of Deno and the system",
  usage: "",
  arguments: [0, 0],
  flags: {},
  example: "version --verbose",
  permissions: [],
  run: ({ json, verbose, print }) => {
    const { deno, v8 } = Deno.version;
    const { os, arch } = Deno.build;
    if (json) print(JSON.stringify({ version: VERSION, deno, v8, os, arch }));
    else {
      print(`heliograph ${VERSION}`);
      if (verbose) print(`deno ${deno}, v8 ${v8}, ${os} ${arch}`);
    }
    return Promise.resolve();
  },
});
