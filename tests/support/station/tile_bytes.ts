/** Writes tiles as `HLT1`, for tests of what reads them. */

/** What a tile's head says; the rest of it is 0. */
export interface TileHead {
  readonly type: number;
  readonly flags?: number | undefined;
  readonly level?: number | undefined;
  readonly width: number;
  readonly height: number;
  readonly scale?: number | undefined;
  readonly zero?: number | undefined;
  readonly blank?: number | undefined;
  readonly least?: number | undefined;
  readonly greatest?: number | undefined;
  readonly missing?: number | undefined;
}

/** A tile of values that stand in memory as they travel. */
export function tileBytes(head: TileHead, values: ArrayBufferView): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64 + values.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("HLT1"));
  view.setUint8(4, head.type);
  view.setUint8(5, (head.flags ?? 0) | (head.blank === undefined ? 0 : 16));
  view.setUint8(6, head.level ?? 0);
  view.setUint8(7, head.level ? 1 : 0);
  view.setUint32(8, head.width, true);
  view.setUint32(12, head.height, true);
  view.setFloat64(16, head.scale ?? 1, true);
  view.setFloat64(24, head.zero ?? 0, true);
  view.setFloat64(32, head.blank ?? 0, true);
  view.setFloat64(40, head.least ?? NaN, true);
  view.setFloat64(48, head.greatest ?? NaN, true);
  view.setUint32(56, head.missing ?? 0, true);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 64);
  return bytes;
}
