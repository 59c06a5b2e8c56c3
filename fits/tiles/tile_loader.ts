/** Compressed tiles on their way from the file: neighbours in one read, the next read ahead. */

import { ClosedError, FormatError } from "../../net/errors.ts";
import type { HduData } from "../hdu/data.ts";
import type { Compression } from "./compression.ts";
import type { DecodedTile } from "./tile_cache.ts";
import type { TileShare } from "./tile_grid.ts";
import type { TileEntry, TileTable } from "./tile_table.ts";
import { ChangedFileError } from "../source/source.ts";

/** A tile with its bytes, as they are stored. */
export interface LoadedTile {
  /** Which tile it is, and what of it is wanted. */
  readonly share: TileShare;
  /** Where it lies and how it is meant. */
  readonly entry: TileEntry;
  /** Its bytes, which are there until the next tiles are asked for. */
  readonly bytes: Uint8Array;
  /** The bytes of its NULL_PIXEL_MASK. */
  readonly mask: Uint8Array;
  /** Why there are no bytes. */
  readonly failure: Error | undefined;
  /** The tile itself, where it is decoded already. */
  readonly kept: DecodedTile | undefined;
}

/** How tiles are loaded. */
export interface LoadOptions {
  /** Finds a tile of which all that is wanted is decoded already. */
  readonly kept: (share: TileShare) => DecodedTile | undefined;
  /** Ends the loading; its reason is thrown. */
  readonly signal: AbortSignal | undefined;
}

/** Tiles whose places are looked up together. */
const BATCH_TILES = 2048;
/** Tiles whose gap is smaller than this are read together. */
const GAP_BYTES = 65_536;
/**
 * The most bytes that are read together, but for a single larger tile, where the source does not
 * know better: a local file gives pieces that stay in the cache without a wait.
 */
const MAX_PIECE_BYTES = 1 << 20;

/** Pieces that are asked of a server at a time, and about how many bytes of them. */
const FAR_READS = 6;
const FAR_BYTES = 16 << 20;

const NOTHING = new Uint8Array(0);
const NO_ENTRY: TileEntry = {
  form: undefined,
  offset: 0,
  bytes: 0,
  elementBytes: 1,
  scale: 1,
  zero: 0,
  blank: undefined,
  maskOffset: 0,
  maskBytes: 0,
};

/** Tiles that are read together, and the bytes that they lie in. */
interface Piece {
  readonly tiles: readonly Placed[];
  readonly start: number;
  readonly end: number;
}

/** Tiles that need no reading: kept ones, and those without bytes. */
interface Ready {
  readonly ready: readonly LoadedTile[];
}

interface Placed {
  readonly share: TileShare;
  readonly entry: TileEntry;
}

/**
 * Loads tiles, those together that need no wait in between. Those that are kept come first within
 * their batch, the others in the order in which they lie in the file.
 *
 * @param data The data of the table.
 * @param compression Its columns.
 * @param table Where the tiles lie.
 * @param shares The tiles, in the order of the table.
 * @param options What is kept already.
 * @returns The tiles; those whose bytes are not there with the reason.
 */
export async function* loadTiles(
  data: HduData,
  compression: Compression,
  table: TileTable,
  shares: Iterable<TileShare>,
  options: LoadOptions,
): AsyncGenerator<readonly LoadedTile[], void> {
  const pieces = piecesOf(data, compression, table, shares, options);
  const isFar = data.source.prefetch !== undefined;
  const read = isFar ? farReader(data) : nearReader(data);
  const queue: { readonly piece: Piece | Ready; readonly reading: Promise<Uint8Array> }[] = [];
  let ended = false;
  let ahead = 0;
  // A near piece is read into memory whose tiles have been decoded by then.
  const readAhead = async () => {
    while (!ended && queue.length < (isFar && ahead < FAR_BYTES ? FAR_READS : 2)) {
      const next = await pieces.next();
      if (next.done) {
        ended = true;
        return;
      }
      const reading = read(next.value);
      // It is awaited below, unless the piece before it fails first.
      reading.catch(() => {});
      ahead += bytesOf(next.value);
      queue.push({ piece: next.value, reading });
    }
  };
  for (await readAhead(); queue.length > 0; await readAhead()) {
    const { piece, reading } = queue.shift()!;
    const bytes = await reading;
    options.signal?.throwIfAborted();
    ahead -= bytesOf(piece);
    if ("ready" in piece) {
      yield piece.ready;
      continue;
    }
    let together: LoadedTile[] = [];
    for (const { share, entry } of piece.tiles) {
      const at = entry.offset - piece.start;
      const own = bytes.subarray(at, at + entry.bytes);
      const tile = { share, entry, bytes: own, mask: NOTHING, failure: undefined, kept: undefined };
      if (entry.maskBytes === 0) together.push(tile);
      else {
        // One at a time: masks may be longer than what memory should hold together.
        yield [...together, { ...tile, mask: await data.read(entry.maskOffset, entry.maskBytes) }];
        together = [];
      }
    }
    yield together;
  }
}

function bytesOf(piece: Piece | Ready): number {
  return "ready" in piece ? 0 : piece.end - piece.start;
}

/**
 * Reads pieces into two memories in turn, because one is read into while the tiles of the other
 * are decoded. New memory for each piece would cost as much time as the reading.
 */
function nearReader(data: HduData): (piece: Piece | Ready) => Promise<Uint8Array> {
  const buffers: [Uint8Array, Uint8Array] = [NOTHING, NOTHING];
  let turn: 0 | 1 = 0;
  return (piece) => {
    if ("ready" in piece) return Promise.resolve(NOTHING);
    const length = piece.end - piece.start;
    turn = turn === 0 ? 1 : 0;
    if (buffers[turn].length < length) {
      buffers[turn] = new Uint8Array(Math.max(length, buffers[1 - turn]!.length));
    }
    const target = buffers[turn].subarray(0, length);
    return data.readInto(piece.start, target).then(() => target);
  };
}

/** Reads several pieces at a time, where each has to wait for a server. */
function farReader(data: HduData): (piece: Piece | Ready) => Promise<Uint8Array> {
  return async (piece) => {
    if ("ready" in piece) return NOTHING;
    const target = new Uint8Array(piece.end - piece.start);
    await data.readInto(piece.start, target);
    return target;
  };
}

async function* piecesOf(
  data: HduData,
  compression: Compression,
  table: TileTable,
  shares: Iterable<TileShare>,
  options: LoadOptions,
): AsyncGenerator<Piece | Ready, void> {
  for (const batch of batches(shares)) {
    const wanted: TileShare[] = [];
    const ready: LoadedTile[] = [];
    for (const share of batch) {
      const kept = options.kept(share);
      if (kept === undefined) wanted.push(share);
      else ready.push(loaded(share, NO_ENTRY, { kept }));
    }
    const entries = wanted.length === 0
      ? []
      : await table.entries(wanted.map(({ number }) => number));
    const placed: Placed[] = [];
    for (const [i, share] of wanted.entries()) {
      const entry = entries[i]!;
      const failing = failureOf(data, compression, entry);
      // Waiting for what is known takes longer than the rest.
      const failure = failing instanceof Promise ? await failing : failing;
      if (failure === undefined) placed.push({ share, entry });
      else ready.push(loaded(share, entry, { failure }));
    }
    if (ready.length > 0) yield { ready };
    placed.sort((a, b) => a.entry.offset - b.entry.offset);
    yield* together(placed, data.source.pieceBytes ?? MAX_PIECE_BYTES);
  }
}

function loaded(
  share: TileShare,
  entry: TileEntry,
  { kept, failure }: { kept?: DecodedTile; failure?: Error },
): LoadedTile {
  return { share, entry, bytes: NOTHING, mask: NOTHING, failure, kept };
}

function* batches(shares: Iterable<TileShare>): Generator<TileShare[]> {
  let batch: TileShare[] = [];
  for (const share of shares) {
    batch.push(share);
    if (batch.length < BATCH_TILES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Why a tile's bytes cannot be read, before any memory is taken for them. */
function failureOf(
  data: HduData,
  compression: Compression,
  entry: TileEntry,
): Error | undefined | Promise<Error | undefined> {
  const { form, offset, bytes, maskOffset, maskBytes } = entry;
  if (form === undefined) {
    return new FormatError(
      compression.compressed === undefined && compression.gzip === undefined &&
        compression.plain === undefined
        ? "the table has no column COMPRESSED_DATA"
        : "none of the columns has any bytes of it",
    );
  }
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(bytes)) {
    return new FormatError(`its descriptor says ${bytes} bytes at ${offset}`);
  }
  if (data.source.size === undefined) return awaitedFailure(data, entry);
  try {
    data.checkPresent(offset, bytes);
    if (maskBytes > 0) data.checkPresent(maskOffset, maskBytes);
    return undefined;
  } catch (error) {
    return damageOf(error);
  }
}

/** The same of a stream whose length is not known. */
async function awaitedFailure(
  data: HduData,
  { offset, bytes, maskOffset, maskBytes }: TileEntry,
): Promise<Error | undefined> {
  try {
    await data.awaitPresent(offset, bytes);
    if (maskBytes > 0) await data.awaitPresent(maskOffset, maskBytes);
    return undefined;
  } catch (error) {
    return damageOf(error);
  }
}

/** What one tile alone lacks; throws anything else. */
function damageOf(error: unknown): Error {
  if (error instanceof ChangedFileError) throw error;
  if (error instanceof FormatError || error instanceof ClosedError) return error;
  throw error;
}

/** Puts neighbours together. */
function* together(placed: readonly Placed[], most: number): Generator<Piece> {
  for (let first = 0; first < placed.length;) {
    const start = placed[first]!.entry.offset;
    let end = start + placed[first]!.entry.bytes;
    let last = first + 1;
    for (; last < placed.length; last++) {
      const { offset, bytes } = placed[last]!.entry;
      const stop = offset + bytes;
      if (offset > end + GAP_BYTES || (stop > end && stop - start > most)) break;
      end = Math.max(end, stop);
    }
    yield { tiles: placed.slice(first, last), start, end };
    first = last;
  }
}
