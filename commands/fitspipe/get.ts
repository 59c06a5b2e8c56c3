import { fileError } from "../../net/file_error.ts";
import { type FollowEvent, followFeed } from "../../fits/fitspipe/follow.ts";
import { cameraFrameFile, type FitspipeFrame } from "../../fits/fitspipe/feed/frame.ts";
import {
  type Command,
  type CommandContext,
  defineCommand,
  UsageError,
} from "../program/command.ts";
import { CLOBBER_FLAG, refuseExisting } from "../program/output_file.ts";
import { writeWholeFile } from "../program/whole_file.ts";
import { PORT_FLAG, serverOf } from "./server_flags.ts";

const FLAGS = {
  port: PORT_FLAG,
  feed: { type: "string", value: "NAME", help: "feed to fetch from", default: "default" },
  nframe: { type: "number", value: "N", help: "number of frames, 0 for no limit", default: 1 },
  from: {
    type: "string",
    value: "WHICH",
    help: "first frame: next, newest, oldest or its number",
    default: "next",
  },
  out: { type: "string", value: "PREFIX", help: "write PREFIX00001.fits and so on" },
  clobber: CLOBBER_FLAG,
  "queue-password-file": {
    type: "string",
    value: "FILE",
    help: "a file that holds the password of redis: (else $HELIOGRAPH_REDIS_PASSWORD)",
    group: "Queue",
  },
  ca: {
    type: "strings",
    value: "FILE",
    help: "also trust this certificate authority (PEM), for rediss:",
    group: "Queue",
  },
} as const;

/** `heliograph fitspipe get`: the published client, and what it lacks. */
export const command: Command = defineCommand({
  name: "fitspipe get",
  summary: "Fetch frames of a feed, into files or to standard output",
  usage: "HOST",
  details:
    "HOST is a server, or redis://HOST[:PORT]/NAME, where frames are announced: each is fetched\n" +
    "from where it is, and those that are gone by then are told of.\n" +
    "Without --out the frames go to standard output as concatenated FITS files.\n" +
    "A frame that does not exist yet is waited for; restarts of the server are followed.",
  arguments: [1, 1],
  flags: FLAGS,
  example: "fitspipe get localhost --feed camera --nframe 3 --out frame",
  permissions: ["--allow-net=localhost", "--allow-read=.", "--allow-write=."],
  furtherPermissions: "--allow-net=HOST:PORT --allow-env=HELIOGRAPH_REDIS_* for redis:",
  environment: true,
  run: (context) => new Fetch(context).run(),
});

class Fetch {
  #context: CommandContext<typeof FLAGS>;
  #gaps = 0;
  #missed = 0;
  #repeated = 0;
  /** The last repeated frame that was told of, until a new one comes. */
  #told: number | undefined;
  /** Why the connection ended last, until a frame comes. */
  #reason: string | undefined;

  constructor(context: CommandContext<typeof FLAGS>) {
    this.#context = context;
  }

  async run(): Promise<void> {
    const { args, flags, json, signal } = this.#context;
    const { nframe } = flags;
    if (!Number.isInteger(nframe) || nframe < 0) {
      throw new UsageError(`Number of frames ${nframe} is invalid (0 for no end, or 1 and more)`);
    }
    if (json && flags.out === undefined) {
      throw new UsageError("--json needs --out: frames take standard output");
    }
    if (flags.out !== undefined) await this.#checkOutput(flags.out);
    const start = performance.now();
    let count = 0;
    let bytes = 0;
    const frames = /^rediss?:/i.test(args[0]!) ? await this.#announced() : followFeed(
      serverOf(args[0]!, flags.port),
      {
        feed: flags.feed,
        from: startOf(flags.from),
        count: nframe === 0 ? undefined : nframe,
        signal,
        recycle: true,
        onEvent: (event) => this.#tell(event),
      },
    );
    try {
      for await (const frame of frames) {
        await this.#keep(frame, count + 1);
        count++;
        bytes += frame.pixels.length;
        this.#reason = this.#told = undefined;
        if (count === nframe) break;
      }
    } finally {
      // A stream without an end is ended by a signal; what it was is told all the same.
      if (count > 0) this.#summary(count, bytes, (performance.now() - start) / 1000);
    }
  }

  /** The frames that are announced from now on, or all that still are. */
  async #announced(): Promise<AsyncIterable<FitspipeFrame>> {
    const { args, flags } = this.#context;
    if (flags.from !== "next" && flags.from !== "oldest") {
      throw new UsageError(
        `--from is '${flags.from}', expected next or oldest of announced frames`,
      );
    }
    const from = flags.from === "next" ? "new" : "oldest";
    const { announcedFrames } = await loadAnnounced();
    return announcedFrames(args[0]!, flags.feed, from, this.#context, (frame) => {
      this.#tell({ kind: "gap", first: frame, last: frame });
    });
  }

  /** Finds out before anything is fetched what would be in the way of the first frame. */
  async #checkOutput(prefix: string): Promise<void> {
    try {
      await Deno.stat(prefix.replace(/[^/]*$/, "."));
    } catch (error) {
      throw fileError(error, "write", fileName(prefix, 1));
    }
    await refuseExisting(fileName(prefix, 1), this.#context.flags.clobber);
  }

  async #keep(frame: FitspipeFrame, count: number): Promise<void> {
    const { flags, json } = this.#context;
    this.#context.report(`Frame ${frame.number}: getting ${frame.pixels.length} bytes`);
    if (flags.out === undefined) {
      for (const piece of cameraFrameFile(frame)) await this.#context.write(piece);
      return;
    }
    const path = fileName(flags.out, count);
    await refuseExisting(path, flags.clobber);
    await writeWholeFile(path, cameraFrameFile(frame));
    if (!json) return;
    const { number, width, height } = frame;
    this.#print({ event: "frame", feed: flags.feed, frame: number, width, height, output: path });
  }

  #tell(event: FollowEvent): void {
    if (event.kind === "gap") {
      this.#gaps++;
      this.#missed += event.last - event.first + 1;
    }
    if (event.kind === "repeated") this.#repeated++;
    if (this.#context.json) this.#print({ event: event.kind, ...event, kind: undefined });
    if (event.kind === "gap") {
      this.#context.report(`gap: frames ${event.first} to ${event.last} are gone`);
    } else if (event.kind === "disconnected") {
      // A server that is away for a night says the same every few seconds.
      if (event.reason !== this.#reason) this.#context.report(`${event.reason}; trying again`);
      this.#reason = event.reason;
    } else if (event.kind === "repeated") {
      // A server that is stuck sends the same many times a second.
      if (event.frame !== this.#told) {
        this.#context.report(
          `repeated: frame ${event.frame} came again after ${event.last}, not written`,
        );
      }
      this.#told = event.frame;
    } else {
      this.#context.report(`the server restarted: frame ${event.next} follows ${event.last}`);
    }
  }

  #summary(frames: number, bytes: number, seconds: number): void {
    const rate = frames / seconds;
    if (this.#context.json) {
      const [gaps, missed, repeated] = [this.#gaps, this.#missed, this.#repeated];
      this.#print({
        event: "summary",
        frames,
        bytes,
        seconds,
        framesPerSecond: rate,
        gaps,
        missed,
        repeated,
      });
    }
    this.#context.detail(
      `${frames} frames in ${seconds.toFixed(2)} s, ${rate.toFixed(1)} per second, ` +
        `${this.#missed} missed in ${this.#gaps} gaps, ${this.#repeated} repeated`,
    );
  }

  #print(object: Record<string, unknown>): void {
    this.#context.print(JSON.stringify(object));
  }
}

/** Loads what reads announcements where they are asked for. */
async function loadAnnounced(): Promise<typeof import("./announced.ts")> {
  return await import(import.meta.resolve("./announced.ts"));
}

function startOf(text: string): "next" | "newest" | "oldest" | number {
  if (text === "next" || text === "newest" || text === "oldest") return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`--from is '${text}', expected next, newest, oldest or a frame number`);
}

/** The published client's names: a counter from 1 in five digits, whatever the frame's number. */
function fileName(prefix: string, count: number): string {
  return `${prefix}${String(count).padStart(5, "0")}.fits`;
}
