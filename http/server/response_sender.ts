import { concatenate } from "../../net/bytes/concatenate.ts";
import { setImmediate } from "node:timers";
import { ClosedError } from "../../net/errors.ts";
import { CHUNK_END, encodeChunkSize, encodeLastChunk } from "../message/chunked.ts";
import type { FilePart } from "./open_file.ts";
import type { OutgoingResponse } from "./outgoing_response.ts";
import type { BodyPiece, ResponseBody } from "./types.ts";
import { endOfTurnOrLook } from "./event_loop_turn.ts";

/** Writes all of some bytes, with a deadline for progress. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

const BULK_BYTES = 1_048_576;
const SMALL_BYTES = 65_536;
/** Large buffers in use at one time; more slow readers than this get small ones. */
const MAX_BULK_BUFFERS = 48;
const MAX_KEPT_BULK_BUFFERS = 8;

/** Bytes that all who send much write in one turn of the event loop. */
const TURN_BYTES = 4_194_304;

const idleBuffers: Uint8Array<ArrayBuffer>[] = [];
let bulkBuffersInUse = 0;

/** Memory for a body of a length, of 1 MiB at most: larger pieces are no faster. */
function takeBuffer(length: number): Uint8Array<ArrayBuffer> {
  if (length <= SMALL_BYTES) return new Uint8Array(length);
  if (bulkBuffersInUse >= MAX_BULK_BUFFERS) return new Uint8Array(SMALL_BYTES);
  bulkBuffersInUse++;
  return idleBuffers.pop() ?? new Uint8Array(BULK_BYTES);
}

let sendersOfMuch = 0;

/** How much one of those who send much may write before the others get their turn. */
function shareOfTurn(): number {
  return Math.max(SMALL_BYTES, Math.min(BULK_BYTES, TURN_BYTES / sendersOfMuch | 0));
}

let spent = 0;
let looking: Promise<void> | undefined;

/**
 * Waits until there is room for more bytes in a turn. A write that the system takes
 * at once resolves within the turn: without this, those who read fast, or many who
 * do not read at all, would keep the event loop to themselves.
 */
async function roomInTurn(bytes: number): Promise<void> {
  while (spent >= TURN_BYTES) {
    // Turns alone would end before the sockets are looked at: who has just asked for little
    // would wait as long as there are bytes to write.
    await (looking ??= endOfTurnOrLook().then(() => {
      looking = undefined;
      spent = 0;
    }));
  }
  spent += bytes;
}

function giveBack(buffer: Uint8Array<ArrayBuffer>): void {
  if (buffer.length !== BULK_BYTES) return;
  bulkBuffersInUse--;
  if (idleBuffers.length < MAX_KEPT_BULK_BUFFERS) idleBuffers.push(buffer);
}

/**
 * Sends an answer: the head and as much of the body as fits in one write, the
 * rest in pieces of 1 MiB.
 *
 * @param answer What is sent.
 * @param write Writes bytes.
 * @param gone Begins to look whether the client goes; asked for while a body is awaited.
 * @returns How many bytes of the body were sent.
 * @throws {ClosedError} If a file has changed, or a stream has another length than
 * it said: the connection must then be closed, so that the client notices.
 */
export async function sendResponse(
  answer: OutgoingResponse,
  write: WriteBytes,
  gone: () => AbortSignal,
): Promise<number> {
  const { head } = answer;
  if (answer.stream !== undefined) return await sendStream(head, answer, write, gone);
  await sendPieces(head, answer.pieces ?? [], write);
  return answer.pieces === undefined ? 0 : answer.length ?? 0;
}

async function sendPieces(
  head: Uint8Array,
  pieces: readonly BodyPiece[],
  write: WriteBytes,
): Promise<void> {
  let length = head.length;
  for (const piece of pieces) {
    length += piece instanceof Uint8Array ? piece.length : piece.end - piece.start;
  }
  if (pieces.length === 0) return await write(head);
  const gathered = new GatheredWriter(takeBuffer(length), write);
  const much = length > SMALL_BYTES ? 1 : 0;
  sendersOfMuch += much;
  try {
    await gathered.addBytes(head);
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) await gathered.addBytes(piece);
      else await gathered.addFile(piece);
    }
    await gathered.flush();
  } finally {
    sendersOfMuch -= much;
    giveBack(gathered.buffer);
  }
}

/** Puts what is sent together until a buffer is full. */
class GatheredWriter {
  readonly buffer: Uint8Array<ArrayBuffer>;
  #write: WriteBytes;
  #filled = 0;
  #files = new Set<FilePart["file"]>();

  constructor(buffer: Uint8Array<ArrayBuffer>, write: WriteBytes) {
    this.buffer = buffer;
    this.#write = write;
  }

  async addBytes(bytes: Uint8Array): Promise<void> {
    if (bytes.length <= this.buffer.length - this.#filled) {
      this.buffer.set(bytes, this.#filled);
      this.#filled += bytes.length;
    } else {
      await this.flush();
      for (let at = 0; at < bytes.length;) {
        const share = bytes.subarray(at, at + shareOfTurn());
        await roomInTurn(share.length);
        await this.#write(share);
        at += share.length;
      }
    }
  }

  async addFile({ file, start, end }: FilePart): Promise<void> {
    for (let at = start; at < end;) {
      const room = Math.min(this.buffer.length, Math.max(shareOfTurn(), this.#filled)) -
        this.#filled;
      if (room === 0) {
        await this.flush();
        continue;
      }
      const count = Math.min(end - at, room);
      file.readFully(this.buffer.subarray(this.#filled, this.#filled + count), at);
      this.#files.add(file);
      this.#filled += count;
      at += count;
    }
  }

  /** Writes what is gathered, if it is still of the version that was announced. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    if (this.#filled >= SMALL_BYTES) await roomInTurn(this.#filled);
    for (const file of this.#files) file.checkUnchanged();
    this.#files.clear();
    await this.#write(this.buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

async function sendStream(
  head: Uint8Array,
  { stream, chunked, length }: OutgoingResponse,
  write: WriteBytes,
  gone: () => AbortSignal,
): Promise<number> {
  const source = pieceSource(stream!);
  let ended = false;
  let sent = 0;
  let before: Uint8Array[] = [head];
  try {
    const first = source.next();
    let next = first;
    // The head does not wait for a body that takes its time.
    if (!await isReadySoon(first)) {
      await write(head);
      before = [];
      next = unlessGone(first, gone());
    }
    for (;;) {
      const { value: piece, done } = await next;
      ended = done === true;
      if (ended) break;
      if (piece.length > 0) {
        sent += piece.length;
        if (length !== undefined && sent > length) throw wrongLength(sent, length);
        await roomInTurn(piece.length);
        // A chunk of no bytes would end the body.
        const coded = chunked ? [encodeChunkSize(piece.length), piece, CHUNK_END] : [piece];
        await writeJoined([...before, ...coded], write);
        before = [];
      }
      next = unlessGone(source.next(), gone());
    }
  } finally {
    if (!ended) source.end();
  }
  if (length !== undefined && sent < length) throw wrongLength(sent, length);
  if (chunked) before.push(encodeLastChunk());
  if (before.length > 0) await writeJoined(before, write);
  return sent;
}

/** The pieces of a body one after the other. */
interface PieceSource {
  next(): Promise<IteratorResult<Uint8Array>>;
  /** Lets go of what is left, without waiting: a body may be in a wait that has no end. */
  end(): void;
}

function pieceSource(stream: AsyncIterable<Uint8Array>): PieceSource {
  // What its maker throws while it cleans up concerns no one any more.
  const quietly = (promise: Promise<unknown> | undefined) => void promise?.catch(() => {});
  if (stream instanceof ReadableStream) {
    // An iterator would cancel only when the read that is under way has ended.
    const reader = (stream as ReadableStream<Uint8Array>).getReader();
    return {
      next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
      end: () => quietly(reader.cancel()),
    };
  }
  const iterator = stream[Symbol.asyncIterator]();
  return { next: () => iterator.next(), end: () => quietly(iterator.return?.()) };
}

/** The next piece, or the reason why no one waits for it any more. */
function unlessGone<T>(next: Promise<T>, gone: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(gone.reason);
    if (gone.aborted) stop();
    gone.addEventListener("abort", stop, { once: true });
    next.then(resolve, reject).finally(() => gone.removeEventListener("abort", stop));
  });
}

/** Whether a promise is settled before the event loop turns. */
async function isReadySoon(promise: Promise<unknown>): Promise<boolean> {
  const turned = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return await Promise.race([promise.then(() => true), turned]);
}

/** Joins small pieces, and writes large ones from where they are. */
async function writeJoined(pieces: readonly Uint8Array[], write: WriteBytes): Promise<void> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > SMALL_BYTES) {
    for (const piece of pieces) await write(piece);
    return;
  }
  await write(concatenate(pieces, length));
}

function wrongLength(sent: number, length: number): Error {
  return new ClosedError(
    `Cannot send the body: it has ${sent < length ? "only " : "at least "}${sent} bytes, ` +
      `announced were ${length}`,
  );
}

/**
 * Closes the files of a body, and lets go of a stream that was not sent.
 *
 * @param body The body of a handler's answer.
 * @param sent Whether the stream was sent, to its end or not.
 */
export async function releaseBody(
  body: ResponseBody | null | undefined,
  sent: boolean,
): Promise<void> {
  if (typeof body !== "object" || body === null || body instanceof Uint8Array) return;
  if (body instanceof ReadableStream) {
    if (!sent && !body.locked) await body.cancel();
  } else if (Symbol.asyncIterator in body) {
    if (!sent) await body[Symbol.asyncIterator]().return?.();
    // It may have been given up before its first step.
    else (body as { release?(): void }).release?.();
  } else {
    for (const piece of Array.isArray(body) ? body : [body]) {
      if ("file" in piece) piece.file.close();
    }
  }
}
