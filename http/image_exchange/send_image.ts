import { Buffer } from "node:buffer";
import { ClosedError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { OpenFile } from "../server/open_file.ts";
import { base64Length } from "../websocket/base64/encoder.ts";
import { encodeBase64Stream } from "../websocket/base64_stream.ts";
import type { WebSocketConnection } from "../websocket/connection.ts";
import type { WebSocketMessage } from "../websocket/received_message.ts";

/** A multiple of 3, so that each piece becomes whole groups of Base64. */
const PIECE_BYTES = 196_608;
/** The longest reply that is taken for a word of the server's, and not for an echo. */
const REPLY_BYTES = 4_096;

/** Options of {@linkcode sendImage}. */
export interface SendImageOptions {
  /** Whether the bytes are sent as they are, without Base64. @default {false} */
  binary?: boolean | undefined;
  /** Hears how much has been sent and has come back, of how much, in bytes of the message. */
  onProgress?: ((sent: number, received: number, total: number) => void) | undefined;
}

/** What came back for an image. */
export interface ImageEcho {
  /** Bytes of the image. */
  readonly bytes: number;
  /** Bytes of the message that was sent: of the image, or of its Base64. */
  readonly sent: number;
  /** Bytes of the message that came back. */
  readonly received: number;
  /** Whether that was the message that was sent, byte for byte. */
  readonly identical: boolean;
  /** What the server said instead of sending the image back. */
  readonly reply: string | undefined;
  /** Seconds for both ways. */
  readonly seconds: number;
}

/**
 * Sends an image over a WebSocket and receives what comes back, both at once and in
 * constant memory.
 *
 * @param connection An open connection that receives nothing else meanwhile.
 * @param image The path of a file, or its bytes.
 * @param options Base64 or binary.
 * @returns What came back.
 * @throws {ClosedError} If the server closes before it has answered.
 */
export async function sendImage(
  connection: WebSocketConnection,
  image: string | Uint8Array,
  options: SendImageOptions = {},
): Promise<ImageEcho> {
  using source = typeof image === "string" ? openImage(image) : undefined;
  const bytes = source?.size ?? image.length;
  const read = () => source === undefined ? piecesOf(image as Uint8Array) : piecesOfFile(source);
  const binary = options.binary === true;
  const message = () => binary ? read() : encodeBase64Stream(read());
  const total = binary ? bytes : base64Length(bytes);
  const progress = { sent: 0, received: 0 };
  const tell = () => options.onProgress?.(progress.sent, progress.received, total);
  const start = performance.now();
  async function* counted() {
    for await (const piece of message()) {
      yield piece;
      progress.sent += piece.length;
      tell();
    }
  }
  const sending = connection.send(counted(), {
    kind: binary ? "binary" : "text",
    compress: false,
    size: total,
  });
  // Anyone who is refused is told so while it still sends.
  sending.catch(() => {});
  const answer = await connection.receive();
  if (answer === undefined) {
    const { code, reason } = await connection.closed;
    throw new ClosedError(
      `Cannot send the image to ${connection.remote}: it closed with ${code} ${reason}`.trimEnd(),
      { source: connection.remote },
    );
  }
  const echo = await compareEcho(answer, message(), (received) => {
    progress.received = received;
    tell();
  });
  await sending;
  return {
    bytes,
    sent: total,
    received: echo.received,
    identical: echo.identical && echo.received === total,
    reply: echo.identical ? undefined : echo.reply,
    seconds: (performance.now() - start) / 1000,
  };
}

/** Compares what comes back with what was sent, which is read or encoded once more. */
async function compareEcho(
  answer: WebSocketMessage,
  expected: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onProgress: (received: number) => void,
): Promise<{ received: number; identical: boolean; reply: string | undefined }> {
  const pieces = Symbol.asyncIterator in expected
    ? expected[Symbol.asyncIterator]()
    : expected[Symbol.iterator]();
  let wanted: Uint8Array = new Uint8Array(0);
  let received = 0;
  let identical = true;
  const beginning: Uint8Array[] = [];
  for await (const piece of answer) {
    if (received < REPLY_BYTES) beginning.push(piece.slice(0, REPLY_BYTES));
    received += piece.length;
    for (let at = 0; identical && at < piece.length;) {
      if (wanted.length === 0) {
        const next = await pieces.next();
        identical = !next.done;
        if (!next.done) wanted = next.value;
        continue;
      }
      const count = Math.min(wanted.length, piece.length - at);
      identical = Buffer.compare(wanted.subarray(0, count), piece.subarray(at, at + count)) === 0;
      wanted = wanted.subarray(count);
      at += count;
    }
    onProgress(received);
  }
  await pieces.return?.(undefined);
  const said = answer.kind === "text" && received <= REPLY_BYTES;
  const reply = said ? new TextDecoder().decode(Buffer.concat(beginning)) : undefined;
  return { received, identical, reply };
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

function* piecesOfFile(file: OpenFile): Generator<Uint8Array> {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, file.size));
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const part = piece.subarray(0, Math.min(piece.length, file.size - at));
    file.readFully(part, at);
    yield part;
  }
}

function openImage(path: string): OpenFile {
  try {
    return OpenFile.open(path);
  } catch (error) {
    throw fileError(error, "send", path);
  }
}
