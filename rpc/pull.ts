/** Joins the cores of this floor to a socket. */

import type { SocketReader } from "../net/socket_reader.ts";
import { ClosedError } from "../net/errors.ts";
import { allocate, type Need, type NewBuffer, type Reading } from "./reading.ts";

/** Who announces an array must send this many bytes of it before memory is set aside. */
const FIRST_BYTES = 8_192;

/** Blocks up to this size are looked at in the reader's buffer, larger ones get memory of their own. */
const IN_BUFFER_BYTES = 65_536;

/** How {@linkcode pull} comes by the memory of arrays. */
export interface PullOptions {
  /** Called when an array is about to come; what it returns is waited for. */
  reserve?: (bytes: number) => Promise<void> | undefined;
  /** Where its memory then comes from; all of it is overwritten. Default: new memory. */
  newBuffer?: NewBuffer;
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
    const ready = fromBuffer(reader, step.value);
    step = reading.next(ready ?? await fulfil(reader, step.value, options));
  }
  return step.value;
}

/** What is buffered already costs no turn of the event loop: calls that arrive together run together. */
function fromBuffer(reader: SocketReader, need: Need): Uint8Array<ArrayBuffer> | undefined {
  if (need.kind !== "bytes" && need.kind !== "peek") return undefined;
  const { buffered } = reader;
  if (buffered.length < need.count) return undefined;
  const view = buffered.subarray(0, need.count);
  if (need.kind === "bytes") reader.consume(need.count);
  return view;
}

async function fulfil(
  reader: SocketReader,
  need: Need,
  options: PullOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  switch (need.kind) {
    case "bytes": {
      if (need.count > IN_BUFFER_BYTES) {
        const block = new Uint8Array(need.count);
        await reader.readInto(block);
        return block;
      }
      const view = await peekAll(reader, need.count);
      reader.consume(need.count);
      return view;
    }
    case "peek":
      return await peekAll(reader, need.count);
    case "array":
      return await readArray(reader, need.bytes, options);
    case "line": {
      const line = await reader.readLineBytes(need.limit);
      if (line === null) throw endedEarly(reader);
      return line;
    }
  }
}

async function peekAll(reader: SocketReader, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const view = await reader.peek(count);
  if (view.length < count) throw endedEarly(reader);
  return view;
}

async function readArray(
  reader: SocketReader,
  bytes: number,
  { reserve, newBuffer }: PullOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if (reserve !== undefined) {
    await peekAll(reader, Math.min(bytes, FIRST_BYTES));
    const wait = reserve(bytes);
    if (wait !== undefined) await wait;
  }
  const array = allocate(bytes, newBuffer);
  await reader.readInto(array);
  return array;
}

function endedEarly(reader: SocketReader): ClosedError {
  return new ClosedError(
    `Cannot read a message: the stream ended in the middle of one, after ${reader.position} bytes`,
    { offset: reader.position },
  );
}
