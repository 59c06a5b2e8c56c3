import { FormatError, HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import type { ByteSource } from "../../net/socket_reader.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { readCameraFrames } from "../../fits/fitspipe/read_frames.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { StandardInput } from "../program/streams.ts";
import { PORT_FLAG, serverOf } from "./server_flags.ts";

/** Frames that may be under way before the first of them is answered. */
const WINDOW = 3;

/** `heliograph fitspipe put`: a producer, and the second half of a relay. */
export const command: Command = defineCommand({
  name: "fitspipe put",
  summary: "Submit FITS files to a feed",
  usage: "HOST FILE...",
  details: "FILE '-' is standard input, where any number of FITS files may follow each other:\n" +
    "'fitspipe get A --nframe 0 | fitspipe put B -' relays a feed.",
  arguments: [2, Infinity],
  flags: {
    port: PORT_FLAG,
    feed: { type: "string", value: "NAME", help: "feed to submit to", default: "default" },
  },
  example: "fitspipe put localhost sample-data/sun.fits --feed sun",
  permissions: ["--allow-net=localhost", "--allow-read=."],
  async run({ args, flags, json, signal, print, report }) {
    const [host, ...files] = args;
    await using client = await FitspipeClient.connect(serverOf(host!, flags.port), { signal });
    const window = new Window(WINDOW);
    for (const path of files) {
      using input = await openInput(path, signal);
      let frames = 0;
      const source = path === "-" ? "standard input" : path;
      const pending = readCameraFrames(input, { source })[Symbol.asyncIterator]();
      // What is refused ends the command at once, also while the input is waited for.
      for (let file; !(file = await window.orFailure(pending.next())).done;) {
        const { pieces, width, height } = file.value;
        frames++;
        const put = client.put(flags.feed, pieces).then((frame) => {
          if (json) {
            print(JSON.stringify({ event: "put", feed: flags.feed, frame, width, height, path }));
          } else report(`${path}: frame ${frame ?? "?"} of feed ${flags.feed}`);
        });
        await window.add(put);
      }
      if (frames === 0 && path !== "-") {
        throw new FormatError(`Cannot read '${path}': it is empty, expected a FITS file`, {
          source: path,
        });
      }
    }
    await window.end();
  },
});

/** Replies that are waited for, a few at a time. The first failure ends every wait. */
class Window {
  #size: number;
  #underWay: Promise<void>[] = [];
  #failed = Promise.withResolvers<never>();

  constructor(size: number) {
    this.#size = size;
    // A waiting caller hears of it; between waits no one does.
    this.#failed.promise.catch(() => {});
  }

  /** Adds a reply, and waits for the first one if there are too many. */
  async add(reply: Promise<void>): Promise<void> {
    reply.catch(this.#failed.reject);
    this.#underWay.push(reply);
    if (this.#underWay.length >= this.#size) await this.orFailure(this.#underWay.shift()!);
  }

  /** Waits for something else, or for the failure of a reply. */
  orFailure<T>(other: Promise<T>): Promise<T> {
    return Promise.race([other, this.#failed.promise]);
  }

  /** Waits for the replies that are left. */
  async end(): Promise<void> {
    await this.orFailure(Promise.all(this.#underWay));
  }
}

async function openInput(path: string, signal: AbortSignal): Promise<ByteSource & Disposable> {
  if (path === "-") return new StandardInput(signal);
  try {
    if (!(await Deno.stat(path)).isDirectory) return await Deno.open(path);
  } catch (error) {
    throw fileError(error, "read", path);
  }
  throw new HeliographError(`Cannot read '${path}': it is a folder, expected a file`, {
    source: path,
  });
}
