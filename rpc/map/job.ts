/** One job of a map: an input is read, the expression evaluated, its value told or saved. */

import type { S3Options } from "../../http/s3/options.ts";
import { HttpClient } from "../../http/client/client.ts";
import { readRange } from "../../http/client/read.ts";
import { isS3Text, parseS3Text } from "../../http/fields/s3_url.ts";
import { TimedSignal } from "../../net/deadline.ts";
import { FormatError, LimitError, messageOf } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import type { CardValue } from "../../fits/header/card_value.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import { openFits } from "../../fits/file/open.ts";
import { ChangedFileError } from "../../fits/source/source.ts";
import { arrayFromFile, arrayFromImage, fileFromArray, fileKind } from "../client/array_file.ts";
import { withReturn } from "../frames/command.ts";
import { LanguageSession } from "../language/evaluation/session.ts";
import { LanguageError } from "../language/values/error.ts";
import { type IdlNumeric, type IdlValue, typeName } from "../language/values/value.ts";
import { type JobLimits, permittedFolder, permittedInput } from "./permitted.ts";
import { lineOfValue } from "./values.ts";
import {
  type FailureKind,
  type MapJob,
  type MapLine,
  type MapWork,
  savedName,
  shownInput,
} from "./work.ts";

/** What a job needs besides its work. */
export interface JobSetup {
  /** The name of the worker that does it. */
  readonly worker: string;
  /** How object stores are reached. */
  readonly s3?: S3Options | undefined;
  /** What jobs may open that come from others; without it all that the program may. */
  readonly limits?: JobLimits | undefined;
}

/** Characters of an error's text in a line. */
const MAX_ERROR = 2_000;

/** Where a job was when it failed. */
type Stage = "read" | "evaluate" | "save";

/**
 * Does a job. Whatever is wrong with its input or its expression becomes its line.
 *
 * @param work What is computed.
 * @param job On what.
 * @param setup By whom.
 */
export async function runJob(work: MapWork, job: MapJob, setup: JobSetup): Promise<MapLine> {
  const start = performance.now();
  const about = { job: job.number, input: shownInput(job.input) };
  const ended = () => ({
    seconds: Math.round(performance.now() - start) / 1_000,
    worker: setup.worker,
  });
  let stage: Stage = "read";
  using limit = new TimedSignal(work.jobTime * 1_000, undefined);
  try {
    const input = setup.limits === undefined ? job.input : permittedInput(job.input, setup.limits);
    const { data, header } = await readInput(work, input, setup, limit.signal);
    stage = "evaluate";
    const value = await evaluate(work, data, start);
    const given = work.header.length === 0 ? {} : { header };
    if (work.save === undefined) return { ...about, ...lineOfValue(value), ...given, ...ended() };
    stage = "save";
    const folder = setup.limits === undefined || isS3Text(work.save)
      ? work.save
      : await permittedFolder(work.save, setup.limits);
    const saved = await saveValue(value, folder, savedName(job, work.format), setup);
    const { type, shape } = value;
    return { ...about, type: typeName(type), shape, ...saved, ...given, ...ended() };
  } catch (error) {
    const { failed, position } = limit.timedOut && stage !== "save"
      ? { failed: "time" as const, position: undefined }
      : reasonOf(error, stage);
    const text = failed === "time" && !(error instanceof LanguageError)
      ? `The job took longer than its ${work.jobTime} s`
      : messageOf(error);
    return { ...about, failed, error: text.slice(0, MAX_ERROR), position, ...ended() };
  }
}

/** Why a job failed, in the words of the results. */
function reasonOf(
  error: unknown,
  stage: Stage,
): { failed: FailureKind; position?: number | undefined } {
  if (error instanceof LanguageError) {
    if (error.code === "time" || error.code === "limit") return { failed: error.code };
    return { failed: "language", position: error.position };
  }
  if (error instanceof LimitError) return { failed: "limit" };
  if (stage === "save") return { failed: "save" };
  if (stage === "evaluate") return { failed: "language" };
  const format = error instanceof FormatError && !(error instanceof ChangedFileError);
  return { failed: format ? "format" : "read" };
}

interface ReadInput {
  readonly data: IdlNumeric;
  readonly header: Readonly<Record<string, unknown>>;
}

/** The array of an input, and what of its header is wanted. */
async function readInput(
  work: MapWork,
  input: string,
  { s3 }: JobSetup,
  signal: AbortSignal,
): Promise<ReadInput> {
  const isUrl = /^(?:https?|s3):/i.test(input);
  const kind = fileKind(input.replace(/^(https?:[^?#]*)[?#].*$/is, "$1"));
  if (kind === "npy" || kind === "png" || /\.jpe?g$/i.test(input)) {
    const bytes = isUrl ? (await readRange(input, { s3, signal })).bytes : await readFile(input);
    const { hdu, section } = work;
    return { data: await arrayFromFile(bytes, shownInput(input), { hdu, section }), header: {} };
  }
  await using file = await openFits(input, { s3, signal });
  const data = arrayFromImage(await file.image({ hdu: work.hdu, section: work.section }));
  if (work.header.length === 0) return { data, header: {} };
  const choice = work.hdu ?? file.selection?.hdu;
  const hdu = choice === undefined
    ? await file.find((candidate) => candidate.isImage)
    : await file.hdu(choice);
  return { data, header: headerOf(hdu!, work.header) };
}

async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

/** Values of cards by their keywords, null for those that there are not. */
function headerOf({ header }: Hdu, keywords: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    keywords.map((keyword) => [keyword, jsonCardValue(header.get(keyword))]),
  );
}

function jsonCardValue(value: CardValue | undefined): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "object" && value !== null) return [value.re, value.im].map(jsonCardValue);
  return value ?? null;
}

/** The value of the expression. */
async function evaluate(work: MapWork, data: IdlNumeric, start: number): Promise<IdlValue> {
  const milliseconds = Math.max(1, work.jobTime * 1_000 - (performance.now() - start));
  const session = new LanguageSession({
    limits: { milliseconds },
    clock: () => performance.now(),
  });
  const arrays = new Map([["data", data]]);
  const command = withReturn(work.expression, arrays, session.routines);
  const outcome = await session.run(command.text, { data });
  if (!outcome.ok) {
    const { code, message, position } = outcome.error;
    throw new LanguageError(code, message, command.positionOf(position));
  }
  if (outcome.returned !== undefined) return outcome.returned;
  throw new LanguageError("value", "The command has no value, expected an expression", 0);
}

/** Writes a value into a file or an object that is there whole or not at all. */
async function saveValue(
  value: IdlValue,
  folder: string,
  name: string,
  { s3 }: JobSetup,
): Promise<Pick<MapLine, "path" | "bytes">> {
  const bytes = await fileFromArray(value, name);
  const path = `${folder.replace(/\/+$/, "")}/${name}`;
  if (isS3Text(path)) {
    const { writeObject } = await import("../../http/s3/upload.ts");
    using client = new HttpClient({ s3 });
    await writeObject(await client.objectStore(), parseS3Text(path), bytes);
  } else await replaceFile(path, (file) => writeWhole(file, bytes));
  return { path, bytes: bytes.length };
}
