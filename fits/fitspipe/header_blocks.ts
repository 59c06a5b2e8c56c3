import { FormatError, LimitError } from "../../net/errors.ts";
import type { SocketReader } from "../../net/socket_reader.ts";
import { BLOCK_BYTES, findHeaderEnd } from "../header/header.ts";
import { MAX_HEADER_BLOCKS } from "./feed/protocol.ts";
import { clip } from "./feed/words.ts";

const decoder = new TextDecoder("latin1");

/** Where a header comes from, and what it must be. */
export interface HeaderBlocksOptions {
  /** What is read, for error messages. */
  readonly source: string;
  /** The keyword that it must begin with. @default {"SIMPLE"} */
  readonly first?: "SIMPLE" | "XTENSION" | undefined;
}

/**
 * Reads the header of a frame, up to and including the block with END.
 *
 * @param reader The connection, at the header's first byte.
 * @param options Name and first keyword.
 * @returns The blocks.
 * @throws {FormatError} If it begins with something else.
 * @throws {LimitError} If there is no END within 100 blocks.
 */
export async function readHeaderBlocks(
  reader: SocketReader,
  { source, first = "SIMPLE" }: HeaderBlocksOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const begin = decoder.decode(await reader.peek(first.length));
  if (begin !== first) {
    throw new FormatError(
      `Cannot read a FITS file from ${source}: it begins with '${clip(begin)}', expected ${first}`,
      { source },
    );
  }
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  while (blocks.length < MAX_HEADER_BLOCKS) {
    const block = await reader.readExactly(BLOCK_BYTES);
    blocks.push(block);
    if (findHeaderEnd(block) === undefined) continue;
    if (blocks.length === 1) return block;
    const header = new Uint8Array(blocks.length * BLOCK_BYTES);
    blocks.forEach((piece, i) => header.set(piece, i * BLOCK_BYTES));
    return header;
  }
  throw new LimitError(`no END within ${MAX_HEADER_BLOCKS} header blocks`);
}
