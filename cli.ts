/**
 * The command `heliograph`: a table of commands, each loaded when it is called.
 *
 * @module
 */

import { type CommandTable, tableHelp } from "./commands/command.ts";

/** Every command, in the order of the help text. */
export const COMMANDS: CommandTable = {
  start: {
    summary: "start all servers and a page to watch them",
    load: () => import("./commands/start.ts"),
  },
  serve: {
    summary: "serve the files of a folder over HTTP",
    load: () => import("./commands/serve.ts"),
  },
  ws: {
    summary: "Exchange images over WebSocket",
    family: {
      serve: {
        summary: "Receive images, save them and send them back",
        load: () => import("./commands/ws/serve.ts"),
      },
      send: {
        summary: "Send images and receive them back",
        load: () => import("./commands/ws/send.ts"),
      },
    },
  },
  head: {
    summary: "Show status and header fields of what a URL leads to",
    load: () => import("./commands/head.ts"),
  },
  read: {
    summary: "Read a file or a part of it from a server",
    load: () => import("./commands/read.ts"),
  },
  get: {
    summary: "Fetch files, whatever happens on the way",
    load: () => import("./commands/get.ts"),
  },
  stream: {
    summary: "Stream images into a page that carries them",
    load: () => import("./commands/stream.ts"),
  },
  rpc: {
    summary: "Send arrays and have commands carried out on them",
    family: {
      serve: {
        summary: "Receive arrays and carry out commands on them",
        load: () => import("./commands/rpc/serve.ts"),
      },
      send: {
        summary: "Send a file as the array DATA, with a command",
        load: () => import("./commands/rpc/send.ts"),
      },
      call: {
        summary: "Have a command carried out and print or save its result",
        load: () => import("./commands/rpc/call.ts"),
      },
      functions: {
        summary: "List the functions and procedures of a server",
        load: () => import("./commands/rpc/functions.ts"),
      },
    },
  },
  fitspipe: {
    summary: "stream FITS frames: serve, get, put, ls, help",
    family: {
      serve: {
        summary: "serve feeds of frames",
        load: () => import("./commands/fitspipe/serve.ts"),
      },
      get: { summary: "fetch frames of a feed", load: () => import("./commands/fitspipe/get.ts") },
      put: { summary: "submit files to a feed", load: () => import("./commands/fitspipe/put.ts") },
      ls: { summary: "list the feeds", load: () => import("./commands/fitspipe/ls.ts") },
      help: {
        summary: "show the server's help",
        load: () => import("./commands/fitspipe/help.ts"),
      },
    },
  },
  fits: {
    summary: "List, read, check and change FITS files",
    family: {
      info: {
        summary: "List the HDUs of a FITS file",
        load: () => import("./commands/fits/info.ts"),
      },
      header: {
        summary: "Show or change the header of a FITS file",
        load: () => import("./commands/fits/header.ts"),
      },
      image: {
        summary: "Print statistics of an image and write its pixels",
        load: () => import("./commands/fits/image.ts"),
      },
      verify: {
        summary: "Check FITS files against the standard",
        load: () => import("./commands/fits/verify.ts"),
      },
      table: {
        summary: "Print rows of a table as text, CSV or JSON lines",
        load: () => import("./commands/fits/table.ts"),
      },
      view: {
        summary: "Render an image as a PNG picture",
        load: () => import("./commands/fits/view.ts"),
      },
      checksum: {
        summary: "Check or update the checksums of a FITS file",
        load: () => import("./commands/fits/checksum.ts"),
      },
      copy: {
        summary: "Copy a FITS file, or some of its HDUs",
        load: () => import("./commands/fits/copy.ts"),
      },
      diff: {
        summary: "Show what differs between two FITS files",
        load: () => import("./commands/fits/diff.ts"),
      },
    },
  },
};

/** The program's version, the same in every deno.json and in jsr.json. */
export const VERSION = "0.1.0";

async function main(args: string[]): Promise<number> {
  if (args[0] === "--help" || args[0] === "-h") {
    console.log(tableHelp("heliograph", COMMANDS));
    return 0;
  }
  if (args[0] === "--version" || args[0] === "-V") {
    console.log(`heliograph ${VERSION}`);
    return 0;
  }
  const { runCommandLine } = await import("./commands/run.ts");
  return await runCommandLine("heliograph", COMMANDS, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
