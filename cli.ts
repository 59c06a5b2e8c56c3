/**
 * The command `heliograph`: a table of commands, each loaded when it is called.
 *
 * @module
 */

import type { CommandTable } from "./commands/program/command.ts";
import { tableHelp } from "./commands/program/help.ts";
import { VERSION } from "./commands/program/version.ts";

/** Every command, in the order of the help text. */
export const COMMANDS: CommandTable = {
  start: {
    summary: "start all servers and a page to watch them",
    load: () => import("./commands/station/start.ts"),
  },
  view: {
    summary: "look at a FITS file in a browser",
    load: () => import("./commands/station/view.ts"),
  },
  serve: {
    summary: "serve the files of a folder over HTTP",
    load: () => import("./commands/serve/serve.ts"),
  },
  hash: {
    summary: "hash a password for serve --user",
    load: () => import("./commands/serve/hash.ts"),
  },
  head: {
    summary: "show the status and header fields of a URL",
    load: () => import("./commands/http/head.ts"),
  },
  read: {
    summary: "read a file, or part of one, from a server",
    load: () => import("./commands/http/read.ts"),
  },
  get: {
    summary: "download files: resume, retry, check",
    load: () => import("./commands/get/get.ts"),
  },
  stream: {
    summary: "write a page with its images inside",
    load: () => import("./commands/http/stream.ts"),
  },
  fits: {
    summary: "list, read, check and change FITS files",
    family: {
      info: {
        summary: "list the HDUs of a FITS file",
        load: () => import("./commands/fits/look/info.ts"),
      },
      header: {
        summary: "show or change the header of a FITS file",
        load: () => import("./commands/fits/look/header.ts"),
      },
      columns: {
        summary: "list the columns of tables",
        load: () => import("./commands/fits/look/columns.ts"),
      },
      image: {
        summary: "print statistics of an image and write its pixels",
        load: () => import("./commands/fits/look/image.ts"),
      },
      table: {
        summary: "print rows of a table as text, CSV or JSON lines",
        load: () => import("./commands/fits/look/table.ts"),
      },
      wcs: {
        summary: "show the coordinates of pixels, and the pixels of coordinates",
        load: () => import("./commands/fits/look/wcs.ts"),
      },
      view: {
        summary: "render an image as a PNG picture",
        load: () => import("./commands/fits/look/view.ts"),
      },
      verify: {
        summary: "check FITS files against the standard",
        load: () => import("./commands/fits/check/verify.ts"),
      },
      checksum: {
        summary: "check or update the checksums of a FITS file",
        load: () => import("./commands/fits/check/checksum.ts"),
      },
      copy: {
        summary: "copy a FITS file, or some of its HDUs",
        load: () => import("./commands/fits/write/copy.ts"),
      },
      cutout: {
        summary: "cut a part of an image out as a FITS file",
        load: () => import("./commands/fits/cutout/command.ts"),
      },
      compress: {
        summary: "compress the images of FITS files in tiles",
        load: () => import("./commands/fits/write/compress.ts"),
      },
      decompress: {
        summary: "bring the compressed images of FITS files back",
        load: () => import("./commands/fits/write/decompress.ts"),
      },
      diff: {
        summary: "show what differs between two FITS files",
        load: () => import("./commands/fits/check/diff.ts"),
      },
    },
  },
  fitspipe: {
    summary: "stream FITS frames: serve, get, put, events, ls, help",
    family: {
      serve: {
        summary: "serve feeds of frames",
        load: () => import("./commands/fitspipe/serve.ts"),
      },
      get: { summary: "fetch frames of a feed", load: () => import("./commands/fitspipe/get.ts") },
      put: { summary: "submit files to a feed", load: () => import("./commands/fitspipe/put.ts") },
      events: {
        summary: "follow the frames that a server announces",
        load: () => import("./commands/fitspipe/events.ts"),
      },
      ls: { summary: "list the feeds", load: () => import("./commands/fitspipe/ls.ts") },
      help: {
        summary: "show the server's help",
        load: () => import("./commands/fitspipe/help.ts"),
      },
    },
  },
  rpc: {
    summary: "send arrays to a server and run commands on them",
    family: {
      serve: {
        summary: "receive arrays and run commands on them",
        load: () => import("./commands/rpc/serve.ts"),
      },
      send: {
        summary: "send a file as the array DATA, with a command",
        load: () => import("./commands/rpc/send.ts"),
      },
      call: {
        summary: "run a command on a server and print or save its result",
        load: () => import("./commands/rpc/call.ts"),
      },
      functions: {
        summary: "list the functions and procedures of a server",
        load: () => import("./commands/rpc/functions.ts"),
      },
      map: {
        summary: "evaluate an expression over many files",
        load: () =>
          import("./commands/map/commands.ts").then(({ mapCommand: command }) => ({ command })),
      },
      work: {
        summary: "do the jobs of rpc map --queue",
        load: () =>
          import("./commands/map/commands.ts").then(({ workCommand: command }) => ({ command })),
      },
      queue: {
        summary: "show what waits and runs in a queue",
        load: () =>
          import("./commands/map/commands.ts").then(({ queueCommand: command }) => ({ command })),
      },
    },
  },
  ws: {
    summary: "send and receive images over WebSocket",
    family: {
      serve: {
        summary: "receive images, save them and send them back",
        load: () => import("./commands/ws/serve.ts"),
      },
      send: {
        summary: "send images and receive them back",
        load: () => import("./commands/ws/send.ts"),
      },
    },
  },
  completions: {
    summary: "write what makes a shell complete commands and files",
    load: () =>
      import("./commands/shell/completions.ts").then(({ completionsOf }) =>
        completionsOf(COMMANDS)
      ),
  },
  man: {
    summary: "write the manual page",
    load: () => import("./commands/shell/man.ts").then(({ manOf }) => manOf(COMMANDS)),
  },
  version: {
    summary: "show the program's version",
    load: () => import("./commands/program/version.ts"),
  },
};

async function main(args: string[]): Promise<number> {
  const text = quickAnswer(args);
  if (text !== undefined) {
    try {
      console.log(text);
      return 0;
    } catch {
      return (await import("./commands/program/run.ts")).printText(text);
    }
  }
  const { runCommandLine } = await import("./commands/program/run.ts");
  return await runCommandLine("heliograph", COMMANDS, args);
}

/** What can be answered as fast as an empty program starts. */
function quickAnswer([first = "", ...rest]: string[]): string | undefined {
  if (/^(--version|-V)$/.test(first)) return `heliograph ${VERSION}`;
  if (rest.length > 0) return undefined;
  if (first === "version") return `heliograph ${VERSION}`;
  if (/^(--help|-h|help)$/.test(first)) return tableHelp("heliograph", COMMANDS);
  return undefined;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
