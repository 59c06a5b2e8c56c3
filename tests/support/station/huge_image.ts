/** An image of 100,000 x 100,000 pixels in a file of some kilobytes: most tiles are the same one. */

import { compressImage, encodeFits, openFits } from "../../../fits/mod.ts";

/** The length of both axes. */
export const SIDE = 100_000;
/** The length of both axes of a tile. */
export const TILE = 1_000;
/** The value of every pixel but one in some tiles. */
export const GROUND = 7;
/** The value of that one, in the middle of its tile. */
export const SPIKE = 3_007;

/** Bytes of a descriptor: its length and its offset. */
const DESCRIPTOR = 8;

/** Writes a card's value anew. */
function setCard(header: string, keyword: string, value: number): string {
  const card = new RegExp(`(${keyword.padEnd(8)}= ) *\\d+`);
  return header.replace(
    card,
    (whole, start: string) => start + String(value).padStart(whole.length - start.length),
  );
}

/**
 * Makes the file.
 *
 * @param spiked The tiles, counted by rows from 0, whose middle pixel is another.
 */
export async function hugeImage(spiked: readonly number[]): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = new Int16Array(2 * TILE * TILE).fill(GROUND);
  pixels[TILE / 2 * 2 * TILE + TILE / 2] = SPIKE;
  await using plain = await openFits(await encodeFits([{ pixels, shape: [2 * TILE, TILE] }]));
  const options = { algorithm: "rice", tile: [TILE, TILE] } as const;
  const bytes = await encodeFits([await compressImage(await plain.hdu(0), options)]);
  await using packed = await openFits(bytes);
  const { data } = await packed.hdu(1);
  const { headerOffset, dataOffset } = data.place;
  const rows = bytes.subarray(dataOffset, dataOffset + 2 * DESCRIPTOR);
  const heap = bytes.subarray(dataOffset + 2 * DESCRIPTOR);
  const count = (SIDE / TILE) ** 2;
  let header = new TextDecoder("latin1").decode(bytes.subarray(headerOffset, dataOffset));
  header = setCard(header, "NAXIS2", count);
  for (const axis of [1, 2]) header = setCard(header, `ZNAXIS${axis}`, SIDE);
  if (header.includes("THEAP")) header = setCard(header, "THEAP", count * DESCRIPTOR);
  const table = new Uint8Array(count * DESCRIPTOR);
  const spikes = new Set(spiked);
  for (let tile = 0; tile < count; tile++) {
    const from = spikes.has(tile) ? 0 : DESCRIPTOR;
    table.set(rows.subarray(from, from + DESCRIPTOR), tile * DESCRIPTOR);
  }
  const length = dataOffset + table.length + heap.length;
  const file = new Uint8Array(Math.ceil(length / 2880) * 2880);
  file.set(bytes.subarray(0, headerOffset));
  file.set(Uint8Array.from(header, (letter) => letter.charCodeAt(0)), headerOffset);
  file.set(table, dataOffset);
  file.set(heap, dataOffset + table.length);
  return file;
}
