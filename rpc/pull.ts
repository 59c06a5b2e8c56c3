/** Joins the cores of this floor to a socket. */

import type { SocketReader } from "../net/socket_reader.ts";
import { ClosedError } from "../net/errors.ts";
import type { Need, Reading } from "./reading.ts";

/**
 * Who announces bulk data must send this many bytes of it before memory for the rest is
 * set aside. The rest is one step: clients that took theirs bit by bit could all wait
 * for each other.
 */
const FIRST_STEP_BYTES = 262_144;

/** Blocks up to this size are looked at in the reader's buffer, larger ones get memory of their own. */
const IN_BUFFER_BYTES = 65_536;

/** What {@linkcode pull} reports of bulk data. */
export interface PullOptions {
  /** Called when bulk data of this many bytes is about to come. */
  onBulk?: (bytes: number) => void;
  /** Called before each of the two steps of bulk data; what it returns is waited for. */
  beforeStep?: (bytes: number) => Promise<void> | undefined;
}

/**
 * Runs a core on what a socket receives.
 *
 * @param reader The socket's reader.
 * @param reading The core.
 * @param options What is done before bulk data is received.
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
function fromBuffer(reader: SocketReader, need: Need): Uint8Array | undefined {
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
): Promise<Uint8Array> {
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
    case "fill":
      await fill(reader, need.target, options);
      return need.target;
    case "line": {
      const line = await reader.readLineBytes(need.limit);
      if (line === null) throw endedEarly(reader);
      return line;
    }
  }
}

async function peekAll(reader: SocketReader, count: number): Promise<Uint8Array> {
  const view = await reader.peek(count);
  if (view.length < count) throw endedEarly(reader);
  return view;
}

async function fill(
  reader: SocketReader,
  target: Uint8Array,
  { onBulk, beforeStep }: PullOptions,
): Promise<void> {
  onBulk?.(target.length);
  for (const piece of [target.subarray(0, FIRST_STEP_BYTES), target.subarray(FIRST_STEP_BYTES)]) {
    if (piece.length === 0) continue;
    const wait = beforeStep?.(piece.length);
    if (wait !== undefined) await wait;
    await reader.readInto(piece);
  }
}

function endedEarly(reader: SocketReader): ClosedError {
  return new ClosedError(
    `Cannot read a message: the stream ended in the middle of one, after ${reader.position} bytes`,
    { offset: reader.position },
  );
}
