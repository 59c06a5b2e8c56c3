import { checkCaps } from "../../net/caps.ts";
import { FormatError } from "../../net/errors.ts";
import { type ByteSource, SocketReader } from "../../net/socket_reader.ts";
import { dataBlockBytes, frameShape } from "./feed/frame.ts";
import { readHeaderBlocks } from "./header_blocks.ts";

/** A FITS file as it stands in a stream of files. */
export interface CameraFramePieces {
  /** NAXIS1. */
  readonly width: number;
  /** NAXIS2. */
  readonly height: number;
  /** Header and data with their padding. */
  readonly pieces: readonly Uint8Array[];
}

/** Options of {@linkcode readCameraFrames}. */
export interface ReadCameraFramesOptions {
  /** What is read, for error messages. */
  source?: string | undefined;
  /** Bytes of pixels of a frame at most. @default {1073741824} */
  maxFrame?: number | undefined;
}

const XTENSION = "XTENSION".charCodeAt(0);

/**
 * Reads frames from a file, a pipe or a socket: concatenated FITS files with one
 * 16-bit image of two axes each. Extensions are passed over; a last file without
 * its padding is taken.
 *
 * @param input What is read.
 * @param options Name and limit.
 * @throws {FormatError} If a file is no such image.
 * @throws {ClosedError} If the stream ends within a file.
 */
export async function* readCameraFrames(
  input: ByteSource,
  options: ReadCameraFramesOptions = {},
): AsyncGenerator<CameraFramePieces, void, void> {
  checkCaps(options);
  const { source = "the stream", maxFrame = 1_073_741_824 } = options;
  const reader = new SocketReader(input, { source, bufferSize: 65_536, maxBytes: maxFrame });
  for (let file = 1;;) {
    const first = await reader.peek(1);
    if (first.length === 0) return;
    if (first[0] === XTENSION && file > 1) {
      const extension = await readHeaderBlocks(reader, { source, first: "XTENSION" });
      await reader.skip(dataBlockBytes(extension));
      continue;
    }
    const header = await readHeaderBlocks(reader, { source });
    let shape;
    try {
      shape = frameShape(header, maxFrame);
    } catch (error) {
      throw new FormatError(
        `Cannot take file ${file} of ${source} as a frame: ${(error as Error).message}`,
        { cause: error, source },
      );
    }
    const data = new Uint8Array(dataBlockBytes(header));
    await reader.readInto(data.subarray(0, shape.bytes));
    const padding = data.length - shape.bytes;
    if ((await reader.peek(padding)).length === padding) await reader.skip(padding);
    else await reader.readToEnd(padding);
    yield { width: shape.width, height: shape.height, pieces: [header, data] };
    file++;
  }
}
