/** Tiles that go over a network: compressed where that pays. */

import { gzipSync } from "node:zlib";
import { chooseEncoding } from "../../http/fields/accept.ts";
import type { HeaderFields } from "../../http/message/header_fields.ts";
import { encodeTile, TILE_HEAD_BYTES, type TileContent } from "../pyramid/tile.ts";

/** Bytes by which it is found out whether a tile shrinks. */
const SAMPLE_BYTES = 32 << 10;
/** A tile whose sample keeps more than this of its size is sent as it is. */
const MAX_RATIO = 0.8;
/** The fastest: noise shrinks no further by more work. */
const LEVEL = 1;

/** A tile as it is sent. */
export interface CodedTile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly coding: "gzip" | undefined;
}

/**
 * Whether an address is of this machine, where bytes cost less than the time to shrink them.
 *
 * @param address The address of a client.
 */
export function isNear(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.|$)/.test(address);
}

/**
 * Writes a tile, compressed if the client takes that and a sample of it shrinks. The bytes of its
 * values go in planes then: all first ones, all second ones.
 *
 * @param tile The tile.
 * @param fields The fields of the request.
 */
export function codeTile(tile: TileContent, fields: HeaderFields): CodedTile {
  if (chooseEncoding(fields.get("accept-encoding"), ["gzip"]) === undefined) {
    return { body: encodeTile(tile), coding: undefined };
  }
  const planes = encodeTile(tile, { planes: true });
  // The middle has something of the planes of high bytes, which shrink, and of low ones.
  const middle = Math.max(TILE_HEAD_BYTES, (planes.length - SAMPLE_BYTES) >> 1);
  const sample = planes.subarray(middle, middle + SAMPLE_BYTES);
  if (gzipSync(sample, { level: LEVEL }).length > MAX_RATIO * sample.length) {
    return { body: encodeTile(tile), coding: undefined };
  }
  return { body: new Uint8Array(gzipSync(planes, { level: LEVEL })), coding: "gzip" };
}
