/** Objects that are written: in one request, or in parts that a later run goes on with. */

import { backoffDelay, delay } from "../../net/backoff.ts";
import { concatenate } from "../../net/bytes/concatenate.ts";
import { ClosedError, HeliographError, ProtocolError, TimeoutError } from "../../net/errors.ts";
import { type S3Object, s3Text } from "../fields/s3_url.ts";
import { discard, type HttpAnswer, readBody } from "../message/answer.ts";
import { type ListedPart, parseUpload, type UploadAnswer } from "./answers.ts";
import { md5Of } from "./hashes.ts";
import type { ObjectStore, StoreMethod } from "./store.ts";

/** Bytes of an object that goes in one request at most. */
const MAX_SINGLE_BYTES = 16 * 1024 ** 2;

/** Bytes of the first parts; stores take none below 5 MiB but the last. */
const PART_BYTES = 8 * 1024 ** 2;

/** Parts after which they are twice as large: 10,000 make 248 GiB so. */
const PARTS_OF_A_SIZE = 2_000;

/** Parts of an object at most. */
const MAX_PARTS = 10_000;

/** Parts that are sent at a time. */
const PARALLEL = 4;

/** Attempts for a request whose connection breaks. */
const MAX_ATTEMPTS = 5;

/** Bytes of an answer to a writer. */
const MAX_ANSWER_BYTES = 8 << 20;

/** Pages of a list of parts at most. */
const MAX_PAGES = 100;

/** How an object is written. */
export interface UploadOptions {
  /** What its bytes are. @default {"application/octet-stream"} */
  readonly type?: string | undefined;
  /** Ends the writing; parts that are there are removed. */
  readonly signal?: AbortSignal | undefined;
  /** Whether an object that is there is kept, which is an error then. @default {false} */
  readonly keep?: boolean | undefined;
  /** Hears of a store that knows no `If-None-Match`: it was asked before whether one is there. */
  readonly onNotAtomic?: (() => void) | undefined;
}

/** A store refuses a request of a writer. */
class RefusedError extends HeliographError {
  readonly status: number;
  /** The store's name for the error, where it told one. */
  readonly code: string | undefined;

  constructor(source: string, { status, reason }: HttpAnswer) {
    const found = `${status} ${reason}`.trimEnd();
    super(`Cannot write ${source}: the store answered ${found}`, { source });
    this.status = status;
    this.code = /\((\w+)(?:: .*)?\)$/s.exec(reason)?.[1];
  }
}

/** An upload is not what its writer has left: another one writes the same object. */
class SharedUploadError extends HeliographError {}

/** Codes of errors that say that an upload has ended, or has other parts than its writer sent. */
const SHARED_CODES: ReadonlySet<string> = new Set([
  ...["NoSuchUpload", "InvalidPart", "InvalidPartOrder"],
]);

/** The object is there already, and is to be kept. */
export class ObjectExistsError extends HeliographError {}

/** What was written. */
export interface UploadResult {
  readonly bytes: number;
  /** The parts it was sent in; 0 for one request. */
  readonly parts: number;
  /** Parts of them that an earlier run had sent. */
  readonly resumed: number;
}

/**
 * Writes an object, which is there whole or not at all. Of a large one, the parts that a killed
 * run has left are used where their bytes are the same.
 *
 * @param store The store.
 * @param object Where to.
 * @param content The bytes, or pieces of them.
 * @param options Type and signal.
 * @throws {HeliographError} If the store refuses.
 * @throws {ObjectExistsError} If there is one that is to be kept.
 */
export async function writeObject(
  store: ObjectStore,
  object: S3Object,
  content: Uint8Array<ArrayBuffer> | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: UploadOptions = {},
): Promise<UploadResult> {
  const upload = new Upload(store, object, options);
  if (content instanceof Uint8Array && content.length <= MAX_SINGLE_BYTES) {
    return await upload.single(content);
  }
  const pieces = content instanceof Uint8Array ? [content] : content;
  const parts = partsOf(pieces);
  const begun = await firstOf(parts, 3);
  const length = begun.reduce((sum, part) => sum + part.length, 0);
  if (begun.length < 3 && length <= MAX_SINGLE_BYTES) {
    return await upload.single(concatenate(begun));
  }
  return await upload.multiple(together(begun, parts));
}

/** The first parts, where there are as many. */
async function firstOf(
  parts: AsyncGenerator<Uint8Array<ArrayBuffer>, undefined>,
  count: number,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const begun: Uint8Array<ArrayBuffer>[] = [];
  while (begun.length < count) {
    const { value: part } = await parts.next();
    if (part === undefined) break;
    begun.push(part);
  }
  return begun;
}

/** All parts again; none is held once it has been given away. */
async function* together(
  begun: Uint8Array<ArrayBuffer>[],
  others: AsyncGenerator<Uint8Array<ArrayBuffer>, undefined>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  while (begun.length > 0) yield begun.shift()!;
  yield* others;
}

/** Cuts pieces into parts; each is memory of its own. */
async function* partsOf(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  const sizeOf = (number: number) => PART_BYTES * 2 ** Math.floor((number - 1) / PARTS_OF_A_SIZE);
  let number = 1;
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const count = Math.min(piece.length - at, sizeOf(number) - length);
      waiting.push(piece.slice(at, at + count));
      length += count;
      at += count;
      if (length < sizeOf(number)) continue;
      yield concatenate(waiting, length);
      waiting = [];
      length = 0;
      number++;
    }
  }
  if (length > 0) yield concatenate(waiting, length);
  return undefined;
}

/** Fields of a request. */
type Fields = readonly (readonly [name: string, value: string])[];

/** The parts of an object that another run has begun. */
interface EarlierUpload {
  readonly id: string;
  readonly parts: ReadonlyMap<number, ListedPart>;
}

/** What a store is asked for. */
type AskedFor = [
  method: StoreMethod,
  query: readonly (readonly [name: string, value: string])[],
  body?: Uint8Array<ArrayBuffer>,
  fields?: Fields,
  object?: S3Object,
];

/** The ETag of an answer, without quotes. */
function etagOf(answer: HttpAnswer): string {
  return (answer.fields.get("etag") ?? "").replace(/^"|"$/g, "");
}

/** The ETag of an object in parts: MD5 of theirs, and how many there are. */
function sumOfParts(sums: readonly string[]): string {
  return `${md5Of(concatenate(sums.map((sum) => Uint8Array.fromHex(sum))))}-${sums.length}`;
}

class Upload {
  readonly #store: ObjectStore;
  readonly #object: S3Object;
  readonly #source: string;
  readonly #options: UploadOptions;
  /** Requests whose answers were lost: they may have been executed. */
  #lost = 0;

  constructor(store: ObjectStore, object: S3Object, options: UploadOptions) {
    this.#store = store;
    this.#object = object;
    this.#options = options;
    this.#source = s3Text(object);
  }

  async single(bytes: Uint8Array<ArrayBuffer>): Promise<UploadResult> {
    const sum = md5Of(bytes);
    const answer = await this.#create(
      sum,
      (condition) => this.#ask("PUT", [], bytes, [["Content-Type", this.#type()], ...condition]),
    );
    if (answer !== undefined) {
      await discard(answer);
      this.#check(answer, sum);
    }
    return { bytes: bytes.length, parts: 0, resumed: 0 };
  }

  async multiple(parts: AsyncGenerator<Uint8Array<ArrayBuffer>>): Promise<UploadResult> {
    // Before all of it is sent for nothing; what comes meanwhile is seen at the end.
    if (this.#options.keep) await this.#refuseExisting();
    const there = await this.#earlier();
    const id = there?.id ?? await this.#begin();
    const sent: string[] = [];
    const sums: string[] = [];
    let gone: unknown;
    let bytes = 0;
    let resumed = 0;
    let failure: { readonly error: unknown } | undefined;
    const running = new Set<Promise<void>>();
    try {
      for await (const part of parts) {
        this.#options.signal?.throwIfAborted();
        const number = sent.push("");
        if (number > MAX_PARTS) {
          throw new HeliographError(
            `Cannot write ${this.#source}: more than ${MAX_PARTS} parts, ${bytes} bytes`,
            { source: this.#source },
          );
        }
        bytes += part.length;
        const sum = md5Of(part);
        sums.push(sum);
        const earlier = there?.parts.get(number);
        if (gone !== undefined || (earlier?.size === part.length && earlier.etag === sum)) {
          sent[number - 1] = sum;
          resumed++;
          continue;
        }
        const sending: Promise<void> = this.#send(id, number, part, sum)
          .then((etag) => void (sent[number - 1] = etag))
          .catch((error) => {
            // Another writer of the same may have ended the upload; it may be there whole.
            if (error instanceof SharedUploadError) gone ??= error;
            else failure ??= { error };
          })
          .finally(() => running.delete(sending));
        running.add(sending);
        if (running.size >= PARALLEL) await Promise.race(running);
        if (failure !== undefined) throw failure.error;
      }
      await Promise.all(running);
      if (failure !== undefined) throw failure.error;
      const whole = sumOfParts(sums);
      if (gone === undefined) await this.#complete(id, sent, whole);
      else if (!await this.#isWritten(whole)) throw gone;
    } catch (error) {
      await Promise.all(running);
      // Another writer may go on with what this one has not begun, or has lost to it.
      if (there === undefined && !(error instanceof SharedUploadError)) await this.#abort(id);
      throw error;
    }
    return { bytes, parts: sent.length, resumed };
  }

  /**
   * Has an object made, unless there is one that is to be kept.
   *
   * @param sum The ETag that it has then, where the store takes MD5 for it.
   * @param make Asks for it.
   * @returns The answer; undefined where it was lost, and the object is there.
   */
  async #create<T>(
    sum: string,
    make: (condition: Fields) => Promise<T>,
  ): Promise<T | undefined> {
    const lost = this.#lost;
    try {
      if (!this.#options.keep) return await make([]);
      try {
        return await make([["If-None-Match", "*"]]);
      } catch (error) {
        if (!(error instanceof RefusedError) || error.status !== 501) throw error;
        await this.#refuseExisting();
        this.#options.onNotAtomic?.();
        return await make([]);
      }
    } catch (error) {
      const exists = error instanceof RefusedError && error.status === 412 &&
        this.#options.keep === true;
      // Asked again, a store refuses what it has done the first time.
      const done = error instanceof SharedUploadError || (exists && this.#lost > lost);
      if (done && await this.#isWritten(sum)) return undefined;
      throw exists ? this.#isThere() : error;
    }
  }

  /** Whether the object is there with the bytes that were sent, as its ETag says. */
  async #isWritten(sum: string): Promise<boolean> {
    const answer = await this.#store.send("HEAD", this.#object);
    await discard(answer);
    return answer.status === 200 && etagOf(answer) === sum;
  }

  /** Compares what a store says that it has taken, where it says it in MD5. */
  #check(answer: HttpAnswer, sum: string): void {
    const etag = etagOf(answer);
    const encryption = answer.fields.get("x-amz-server-side-encryption") ?? "AES256";
    const ownKey = answer.fields.has("x-amz-server-side-encryption-customer-algorithm");
    const isSum = /^[0-9a-f]{32}$/.test(etag) && encryption === "AES256" && !ownKey;
    if (!isSum || etag === sum) return;
    throw new ProtocolError(
      `Cannot write ${this.#source}: the store has taken other bytes: its ETag is ${etag}, ` +
        `the MD5 of what was sent is ${sum}`,
      { source: this.#source },
    );
  }

  async #refuseExisting(): Promise<void> {
    const answer = await this.#store.send("HEAD", this.#object);
    await discard(answer);
    if (answer.status === 200) throw this.#isThere();
  }

  #isThere(): ObjectExistsError {
    return new ObjectExistsError(`Cannot write ${this.#source}: it exists already`, {
      source: this.#source,
    });
  }

  #type(): string {
    return this.#options.type ?? "application/octet-stream";
  }

  /** What a killed run has left of this object; nothing where the store does not tell. */
  async #earlier(): Promise<EarlierUpload | undefined> {
    try {
      return await this.#earlierThere();
    } catch (error) {
      // Who may write need not be permitted to list; or another writer has just ended it.
      if (error instanceof RefusedError) return undefined;
      throw error;
    }
  }

  async #earlierThere(): Promise<EarlierUpload | undefined> {
    const { key, bucket } = this.#object;
    const query = [["prefix", key], ["uploads", ""]] as const;
    const listed = await this.#tell("GET", query, undefined, [], { bucket, key: "" });
    const id = listed.uploads.findLast((upload) => upload.key === key)?.id;
    if (id === undefined) return undefined;
    const parts = new Map<number, ListedPart>();
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const after = marker === undefined ? [] : [["part-number-marker", marker] as const];
      const found = await this.#tell("GET", [...after, ["uploadId", id]]);
      for (const part of found.parts) parts.set(part.number, part);
      if (found.nextPart === undefined || found.nextPart === marker) break;
      marker = found.nextPart;
    }
    return { id, parts };
  }

  async #begin(): Promise<string> {
    const fields = [["Content-Type", this.#type()]] as const;
    const { uploadId } = await this.#tell("POST", [["uploads", ""]], new Uint8Array(0), fields);
    if (uploadId !== undefined && uploadId !== "") return uploadId;
    throw new ProtocolError(`Cannot write ${this.#source}: the store names no upload`, {
      source: this.#source,
    });
  }

  async #send(
    id: string,
    number: number,
    part: Uint8Array<ArrayBuffer>,
    sum: string,
  ): Promise<string> {
    const query = [["partNumber", String(number)], ["uploadId", id]] as const;
    const answer = await this.#asOwner(() => this.#ask("PUT", query, part));
    const etag = etagOf(answer);
    await discard(answer);
    this.#check(answer, sum);
    if (/^[\w.-]{1,200}$/.test(etag)) return etag;
    throw new ProtocolError(
      `Cannot write ${this.#source}: the store names no ETag of part ${number}`,
      { source: this.#source },
    );
  }

  async #complete(id: string, etags: readonly string[], sum: string): Promise<void> {
    const parts = etags.map((etag, i) =>
      `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${etag}"</ETag></Part>`
    );
    const text = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
    const body = new TextEncoder().encode(text);
    const type = [["Content-Type", "application/xml"]] as const;
    const told = await this.#create(sum, (condition) =>
      this.#asOwner(async () => {
        const fields = [...type, ...condition];
        const answer = await this.#tell("POST", [["uploadId", id]], body, fields);
        if (SHARED_CODES.has(answer.error?.code ?? "")) throw this.#isShared();
        return answer;
      }));
    if (told === undefined) return;
    const { error, root } = told;
    // The store answers 200 before it knows.
    if (error === undefined && root === "CompleteMultipartUploadResult") return;
    const found = error === undefined
      ? `<${root.slice(0, 40)}>`
      : `${error.code}: ${error.message}`;
    throw new HeliographError(
      `Cannot write ${this.#source}: the store answered ${found} to its last request`,
      { source: this.#source },
    );
  }

  /** Asks for what only another writer of the same upload can make impossible. */
  async #asOwner<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const isShared = error instanceof RefusedError && SHARED_CODES.has(error.code ?? "");
      throw isShared ? this.#isShared(error) : error;
    }
  }

  #isShared(cause?: unknown): SharedUploadError {
    return new SharedUploadError(
      `Cannot write ${this.#source}: another program writes it too, and has ended or changed ` +
        "what was sent",
      { source: this.#source, cause },
    );
  }

  /** Removes the parts; what goes wrong here is not why the object is not there. */
  async #abort(id: string): Promise<void> {
    try {
      await this.#store.takeBack(this.#object, [["uploadId", id]]);
    } catch {
      // Parts that stay are used, or overwritten, by the next run.
    }
  }

  /** Asks the store for an answer with a head alone. */
  #ask(...request: AskedFor): Promise<HttpAnswer> {
    return this.#patiently(request, (answer) => answer);
  }

  /** Asks the store for an answer whose body counts: what breaks off in it is asked for again. */
  #tell(...request: AskedFor): Promise<UploadAnswer> {
    return this.#patiently(
      request,
      async (answer) =>
        parseUpload(new TextDecoder().decode(await readBody(answer, MAX_ANSWER_BYTES))),
    );
  }

  /** Asks the store, again where the connection breaks; a refusal is an error. */
  async #patiently<T>(
    [method, query, body, fields = [], object = this.#object]: AskedFor,
    take: (answer: HttpAnswer) => T | Promise<T>,
  ): Promise<T> {
    const onAgain = () => void this.#lost++;
    for (let attempt = 1;; attempt++) {
      try {
        const answer = await this.#store.ask(method, object, query, body, fields, onAgain);
        if (answer.status >= 200 && answer.status < 300) return await take(answer);
        await discard(answer);
        throw new RefusedError(this.#source, answer);
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        const broken = error instanceof ClosedError || error instanceof TimeoutError;
        if (!broken || attempt === MAX_ATTEMPTS) throw error;
        this.#lost++;
        await delay(backoffDelay(attempt, { first: 200 }), this.#options.signal);
      }
    }
  }
}
