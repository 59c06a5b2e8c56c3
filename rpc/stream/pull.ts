/** Joins the cores of this floor to a socket. */

import type { SocketReader } from "../../net/socket_reader.ts";
import { ClosedError } from "../../net/errors.ts";
import { allocate, type Need, type NewBuffer, type Reading } from "../frames/reading.ts";

/** Who announces an array must send this many bytes of it before memory is set aside. */
const FIRST_BYTES = 8_192;

/** Blocks up to this size are looked at in the reader's buffer, larger ones get memory of their own. */
const IN_BUFFER_BYTES = 65_536;

type Bytes = Uint8Array<ArrayBuffer>;

const NOTHING: Bytes = new Uint8Array(0);

/** Arrays are received in parts of this size, each of which is charged when it comes. */
const PART_BYTES = 8 * 1024 ** 2;

/** Memory for one array. */
export interface Room {
  /** Where it comes from; all of it is overwritten. */
  readonly newBuffer: NewBuffer;
  /** Called before a further part of it is filled; what it returns is waited for. */
  take(bytes: number): Promise<void> | undefined;
}

/** How {@linkcode pull} comes by the memory of arrays. */
export interface PullOptions {
  /** Called when an array is about to come. Default: new memory. */
  reserve?: ((bytes: number) => Room) | undefined;
  /** Called before work of that many milliseconds; what it returns is waited for. */
  turn?: ((milliseconds: number) => Promise<void> | undefined) | undefined;
}

/**
 * Runs a core on what a socket receives.
 *
 * @param reader The socket's reader.
 * @param reading The core.
 * @param options Where the memory of arrays comes from.
 * @returns What the core returns.
 * @throws {ClosedError} If the stream ends before the core has what it needs.
 */
export async function pull<T>(
  reader: SocketReader,
  reading: Reading<T>,
  options: PullOptions = {},
): Promise<T> {
  let step = reading.next();
  while (!step.done) {
    const given = fulfil(reader, step.value, options);
    step = reading.next(given instanceof Promise ? await given : given);
  }
  return step.value;
}

/** What is buffered already costs no turn of the event loop: calls that arrive together run together. */
function fulfil(
  reader: SocketReader,
  need: Need,
  options: PullOptions,
): Bytes | Promise<Bytes> {
  switch (need.kind) {
    case "bytes":
    case "peek": {
      const { buffered } = reader;
      if (buffered.length < need.count) return receive(reader, need);
      if (need.kind === "bytes") reader.consume(need.count);
      return buffered.subarray(0, need.count);
    }
    case "array":
      return readArray(reader, need.bytes, options);
    case "line":
      return readLine(reader, need.limit);
    case "turn":
      return options.turn?.(need.milliseconds)?.then(() => NOTHING) ?? NOTHING;
  }
}

async function receive(
  reader: SocketReader,
  { kind, count }: Need & { kind: "bytes" | "peek" },
): Promise<Bytes> {
  if (kind === "bytes" && count > IN_BUFFER_BYTES) {
    const block = new Uint8Array(count);
    await reader.readInto(block);
    return block;
  }
  const view = await peekAll(reader, count);
  if (kind === "bytes") reader.consume(count);
  return view;
}

async function readLine(reader: SocketReader, limit: number): Promise<Bytes> {
  const line = await reader.readLineBytes(limit);
  if (line === null) throw endedEarly(reader);
  return line;
}

async function peekAll(reader: SocketReader, count: number): Promise<Bytes> {
  const view = await reader.peek(count);
  if (view.length < count) throw endedEarly(reader);
  return view;
}

function readArray(
  reader: SocketReader,
  bytes: number,
  options: PullOptions,
): Bytes | Promise<Bytes> {
  const { buffered } = reader;
  if (buffered.length < bytes) return receiveArray(reader, bytes, options);
  const room = options.reserve?.(bytes);
  const take = () => {
    const array = allocate(bytes, room?.newBuffer);
    array.set(buffered.subarray(0, bytes));
    reader.consume(bytes);
    return array;
  };
  return room?.take(bytes)?.then(take) ?? take();
}

async function receiveArray(
  reader: SocketReader,
  bytes: number,
  { reserve }: PullOptions,
): Promise<Bytes> {
  if (reserve === undefined) {
    const array = allocate(bytes);
    await reader.readInto(array);
    return array;
  }
  await peekAll(reader, Math.min(bytes, FIRST_BYTES));
  const room = reserve(bytes);
  // The system gives new memory when it is written to, so that it is charged part by part.
  const array = allocate(bytes, room.newBuffer);
  for (let at = 0; at < bytes; at += PART_BYTES) {
    const part = array.subarray(at, at + PART_BYTES);
    await room.take(part.length);
    await reader.readInto(part);
  }
  return array;
}

function endedEarly(reader: SocketReader): ClosedError {
  return new ClosedError(
    `Cannot read a message: the stream ended in the middle of one, after ${reader.position} bytes`,
    { offset: reader.position },
  );
}
