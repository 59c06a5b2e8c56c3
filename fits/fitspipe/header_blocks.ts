import { FormatError, LimitError } from "../../net/errors.ts";
import type { SocketReader } from "../../net/socket_reader.ts";
import { BLOCK_BYTES, findHeaderEnd } from "../header.ts";
import { MOST_HEADER_BLOCKS } from "./protocol.ts";

/**
 * Reads the header of a frame, up to and including the block with END.
 *
 * @param reader The connection, at the header's first byte.
 * @param first The keyword that it must begin with.
 * @returns The blocks.
 * @throws {FormatError} If it begins with something else.
 * @throws {LimitError} If there is no END within 100 blocks.
 */
export async function readHeaderBlocks(
  reader: SocketReader,
  first: "SIMPLE" | "XTENSION" = "SIMPLE",
): Promise<Uint8Array<ArrayBuffer>> {
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  while (blocks.length < MOST_HEADER_BLOCKS) {
    const block = await reader.readExactly(BLOCK_BYTES);
    if (blocks.length === 0 && [...first].some((char, i) => block[i] !== char.charCodeAt(0))) {
      throw new FormatError(`Cannot read a frame: its header does not begin with ${first}`);
    }
    blocks.push(block);
    if (findHeaderEnd(block) === undefined) continue;
    if (blocks.length === 1) return block;
    const header = new Uint8Array(blocks.length * BLOCK_BYTES);
    blocks.forEach((piece, i) => header.set(piece, i * BLOCK_BYTES));
    return header;
  }
  throw new LimitError(`no END within ${MOST_HEADER_BLOCKS} header blocks`);
}
