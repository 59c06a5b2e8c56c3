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
import { type CommandContext, UsageError } from "../program/command.ts";
import { makeFolder } from "../program/flag_files.ts";
import { storeOptions } from "../program/store_flags.ts";
import { StandardInput } from "../program/streams.ts";
import { MapBoard } from "./board.ts";
import { workerName } from "./worker_name.ts";
import type { MapContext } from "./flags.ts";

/** Evaluates an expression over many files; returns the exit status. */
export async function mapFiles(context: MapContext): Promise<number> {
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
}

function threadsOf(jobs: number | undefined, s3: S3Options): JobThreads {
  return new JobThreads(jobs ?? navigator.hardwareConcurrency, { worker: workerName(), s3 });
}

/** What is done where there is a queue. */
function inQueue(): Promise<typeof import("./queued.ts")> {
  return import(import.meta.resolve("./queued.ts"));
}

/** Refuses inputs that would hand a password to anyone who reads the queue. */
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
function workOf({ args, flags }: MapContext): MapWork {
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
