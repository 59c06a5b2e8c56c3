import { fileError } from "../../net/file_error.ts";
import { printable } from "../../net/text/printable.ts";
import { parsedCommand } from "../../rpc/language/syntax/parsed_commands.ts";
import { DEFAULT_LIMITS } from "../../rpc/language/values/meter.ts";
import { isS3Text, parseS3Text } from "../../http/fields/s3_url.ts";
import { runHere } from "../../rpc/map/embedded.ts";
import { findInputs } from "../../rpc/map/inputs.ts";
import { recordOf } from "../../rpc/map/plan.ts";
import { linesOfFile, ResultsFile } from "../../rpc/map/results.ts";
import { type JobAnswer, JobThreads } from "../../rpc/map/threads.ts";
import { type MapJob, type MapWork, shownInput } from "../../rpc/map/work.ts";
import type { S3Options } from "../../http/s3/options.ts";
import {
  type Command,
  type CommandContext,
  defineCommand,
  UsageError,
} from "../program/command.ts";
import { makeFolder } from "../program/flag_files.ts";
import {
  STORE_DETAILS,
  STORE_FLAGS,
  STORE_PERMISSION,
  storeOptions,
} from "../program/store_flags.ts";
import { StandardInput } from "../program/streams.ts";
import { MapBoard } from "./board.ts";
import { QUEUE_DETAILS, QUEUE_FLAGS, QUEUE_PERMISSION } from "../program/queue_flags.ts";
import { workerName } from "./worker_name.ts";

const FLAGS = {
  input: {
    type: "strings",
    short: "i",
    value: "LIST",
    help: "take inputs from a file, one a line; - for standard input",
  },
  output: {
    type: "string",
    short: "o",
    value: "RESULTS",
    help: "write the lines into this file; the same command again goes on in it",
  },
  save: {
    type: "string",
    value: "DIR",
    help: "write each value into a file of its own in this folder or s3://BUCKET/PREFIX",
  },
  format: { type: "string", value: "npy|fits", help: "what --save writes", default: "npy" },
  hdu: {
    type: "string",
    value: "HDU",
    help: "HDU number (0 is the primary), EXTNAME or EXTNAME,EXTVER (default: the first image)",
  },
  section: { type: "string", value: "S", help: "part of the image, such as 1:100,1:100" },
  header: {
    type: "strings",
    value: "KEY",
    help: "put this keyword's value beside the result; several times for several",
  },
  jobs: { type: "count", short: "j", value: "N", help: "threads (default: one for each core)" },
  "job-time": { type: "seconds", value: "S", help: "time limit for one job", default: 300 },
  clobber: { type: "boolean", help: "begin anew where RESULTS exists" },
  "retry-failed": { type: "boolean", help: "do the jobs again that failed" },
  queue: {
    type: "string",
    value: "URL",
    help: "let rpc work do the jobs: redis://HOST[:PORT]/NAME",
    group: "Queue",
  },
  tries: {
    type: "count",
    value: "N",
    help: "workers that may die of one job while they do nothing else",
    default: 3,
    group: "Queue",
  },
  window: {
    type: "count",
    value: "N",
    help: "jobs without a result that the queue holds",
    default: 10_000,
    group: "Queue",
  },
  "any-policy": {
    type: "boolean",
    help: "use a server that forgets keys when its memory is full",
    group: "Queue",
  },
  ...QUEUE_FLAGS,
  ...STORE_FLAGS,
} as const;

/** `heliograph rpc map`: an expression over many files. */
export const command: Command = defineCommand({
  name: "rpc map",
  summary: "Evaluate an expression over many files, one result each",
  usage: "EXPRESSION INPUT...",
  details:
    "An INPUT is a file, a quoted pattern such as 'night/**/*.fits', a URL, s3://BUCKET/KEY,\n" +
    "or s3://BUCKET/PREFIX/ for all that is below. The variable `data` is the image: the first,\n" +
    "or what --hdu, --section or the name (a.fits[SCI][1:9,1:9]) select. Of URLs only those\n" +
    'bytes are read. Each result is a line of JSON; what failed is a line with "failed" and\n' +
    '"error", and the exit status is 1. With -o, a run that was broken off, even by a power cut,\n' +
    "goes on with the same command: each input has one line in the end.\n" +
    "With --queue, other processes and machines do the jobs: start `rpc work` there. --save then\n" +
    "names a folder within their --save-root.\n" + QUEUE_DETAILS + "\n" + STORE_DETAILS,
  arguments: [1, 1_000_000],
  flags: FLAGS,
  example: "rpc map 'mean(data)' 'sample-data/*.fits' -o means.jsonl --clobber",
  examples: [
    "rpc map 'max(data)' 'sample-data/*.fits' --header DATE-OBS --section 1:64,1:64",
    "rpc map 'smooth(float(data), 3)' 'sample-data/*.fits' --save smooth --format fits",
  ],
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: `--allow-net for a URL, ${QUEUE_PERMISSION}, ${STORE_PERMISSION}`,
  async run(context) {
    const { flags, args, signal } = context;
    const work = workOf(context);
    checkExpression(work.expression);
    const names = [...args.slice(1), ...flags.input.map((list) => `--input ${list}`)];
    if (names.length === 0) throw new UsageError("expected an INPUT, or --input LIST");
    if (flags["retry-failed"] && flags.output === undefined) {
      throw new UsageError("--retry-failed needs the --output in which the failures are");
    }
    const s3 = storeOptions(flags);
    if (flags.queue !== undefined && flags.output === undefined) {
      throw new UsageError("--queue needs --output: what is in it makes each result exactly one");
    }
    if (work.save !== undefined && isS3Text(work.save)) parseS3Text(work.save);
    else if (work.save !== undefined && flags.queue === undefined) {
      await makeFolder("--save", work.save);
    }
    const inputs = () => findInputs(namesOf(context, args.slice(1), flags.input), { s3, signal });
    if (flags.output === undefined) {
      await using threads = threadsOf(flags.jobs, s3);
      const board = new MapBoard(context, { total: undefined, done: 0, failed: 0 });
      const take = ({ text, failed }: JobAnswer) => {
        board.say(() => context.print(text));
        board.count(text, failed !== undefined);
        return Promise.resolve();
      };
      return await finish(
        context,
        board,
        0,
        () => runHere(work, numbered(inputs()), threads, take, signal),
      );
    }
    const queued = flags.queue === undefined ? undefined : await inQueue();
    using remote = await queued?.openQueue(context, flags.queue!, flags["any-policy"]);
    await using results = await ResultsFile.open(
      flags.output,
      await recordOf(work, names, 0),
      remote === undefined ? inputs : () => withoutSecrets(inputs()),
      { clobber: flags.clobber, retryFailed: flags["retry-failed"] },
    );
    const resumed = results.numbers.count;
    const { total } = results.record;
    if (resumed > 0) {
      context.report(`${flags.output}: ${resumed} of ${total} jobs are done already`);
    }
    const board = new MapBoard(context, { total, done: resumed, failed: results.failed });
    const take = async (number: number, text: string, failed: boolean) => {
      const first = await results.append(number, text);
      if (first) board.count(text, failed);
      return first;
    };
    const open = (job: MapJob) => !results.numbers.has(job.number);
    const jobs = () => numbered(results.inputs(), open);
    if (queued === undefined) {
      await using threads = threadsOf(flags.jobs, s3);
      return await finish(context, board, resumed, () =>
        runHere(
          work,
          jobs(),
          threads,
          async ({ number, text, failed }) => void await take(number, text, failed !== undefined),
          signal,
        ));
    }
    const { tries, window } = flags;
    const map = { work, results, board, jobs, take, tries, window };
    return await finish(
      context,
      board,
      resumed,
      () => queued.mapInQueue(remote!, context, map),
    );
  },
});

function threadsOf(jobs: number | undefined, s3: S3Options): JobThreads {
  return new JobThreads(jobs ?? navigator.hardwareConcurrency, { worker: workerName(), s3 });
}

/** What is done where there is a queue. */
function inQueue(): Promise<typeof import("./queued.ts")> {
  return import(import.meta.resolve("./queued.ts"));
}

/** Refuses inputs that would hand a password to whoever reads the queue. */
async function* withoutSecrets(inputs: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const input of inputs) {
    const url = /^[a-z][a-z0-9+.-]+:/i.test(input) ? URL.parse(input) : null;
    if (url !== null && (url.username !== "" || url.password !== "")) {
      throw new UsageError(
        `'${shownInput(input)}' comes with a user or a password, which the queue would show`,
      );
    }
    yield input;
  }
}

/** What the flags ask for. */
function workOf({ args, flags }: CommandContext<typeof FLAGS>): MapWork {
  const { format, hdu } = flags;
  if (format !== "npy" && format !== "fits") {
    throw new UsageError(`--format is '${format}', expected npy or fits`);
  }
  if (hdu?.trim() === "") {
    throw new UsageError(`--hdu is '${hdu}', expected a number, EXTNAME or EXTNAME,EXTVER`);
  }
  return {
    expression: args[0]!,
    hdu: hdu !== undefined && /^\d+$/.test(hdu) ? Number(hdu) : hdu,
    section: flags.section,
    header: flags.header.map((keyword) => keyword.toUpperCase()),
    save: flags.save,
    format,
    jobTime: flags["job-time"],
  };
}

/** Refuses what would fail for every input. */
function checkExpression(text: string): void {
  try {
    parsedCommand(text, DEFAULT_LIMITS);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { position } = error as { position?: number };
    const place = position === undefined ? "" : ` (at ${position + 1} of '${printable(text)}')`;
    throw new UsageError(`${error.message}${place}`);
  }
}

/** The inputs as they are named, in arguments and lists. */
async function* namesOf(
  { signal }: CommandContext,
  args: readonly string[],
  lists: readonly string[],
): AsyncGenerator<string> {
  yield* args;
  for (const list of lists) {
    const lines = list === "-"
      ? linesOfStream(new StandardInput(signal).readable)
      : listLines(list);
    for await (const line of lines) {
      const name = line.replace(/\r$/, "");
      if (name !== "") yield name;
    }
  }
}

async function* listLines(path: string): AsyncGenerator<string> {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    throw fileError(error, "read --input", path);
  }
  using _open = file;
  yield* linesOfFile(file);
}

async function* linesOfStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const piece of stream) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Inputs with their numbers, those that are still to be done. */
async function* numbered(
  inputs: AsyncIterable<string>,
  open: (job: MapJob) => boolean = () => true,
): AsyncGenerator<MapJob> {
  let number = 0;
  for await (const input of inputs) {
    const job = { number: ++number, input };
    if (open(job)) yield job;
  }
}

/** Does the work, and says what came of it. */
async function finish(
  context: CommandContext,
  board: MapBoard,
  resumed: number,
  work: () => Promise<void>,
): Promise<number> {
  const { json, print, report, signal } = context;
  try {
    await work();
  } finally {
    board.end();
  }
  const { total, done, failed } = board.counts;
  const { seconds } = board;
  if (json) {
    print(JSON.stringify({
      ...{ event: "summary", jobs: total ?? done, done: done - failed, failed, seconds, resumed },
      workers: board.counts.workers ?? 1,
    }));
  }
  const all = total === undefined ? `${done} jobs` : `${done} of ${total} jobs`;
  const rest = signal.aborted && total !== undefined ? "; the same command goes on" : "";
  report(`${all} done, ${failed} failed, in ${seconds} s${rest}`);
  return failed > 0 || (total !== undefined && done < total) ? 1 : 0;
}
