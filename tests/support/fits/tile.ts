/** A tile of the station, read again from its bytes as the specification has them. */

const CLASSES = [
  Uint8Array,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

/** What stands in the head of a tile, and the values of its body. */
export interface ReadTile {
  readonly magic: string;
  readonly type: string;
  readonly flags: number;
  readonly level: number;
  readonly reduce: number;
  readonly width: number;
  readonly height: number;
  readonly bscale: number;
  readonly bzero: number;
  readonly blank: number;
  readonly least: number;
  readonly greatest: number;
  readonly missing: number;
  readonly spare: number;
  readonly values: (number | bigint)[];
}

/** Reads a tile; the values are those of the body, without what its flags say of them. */
export function readTile(bytes: Uint8Array<ArrayBuffer>): ReadTile {
  const head = new DataView(bytes.buffer, bytes.byteOffset, 64);
  const type = CLASSES[head.getUint8(4) - 1]!;
  return {
    magic: new TextDecoder().decode(bytes.subarray(0, 4)),
    type: type.name,
    flags: head.getUint8(5),
    level: head.getUint8(6),
    reduce: head.getUint8(7),
    width: head.getUint32(8, true),
    height: head.getUint32(12, true),
    bscale: head.getFloat64(16, true),
    bzero: head.getFloat64(24, true),
    blank: head.getFloat64(32, true),
    least: head.getFloat64(40, true),
    greatest: head.getFloat64(48, true),
    missing: head.getUint32(56, true),
    spare: head.getUint32(60, true),
    values: [...new type(bytes.slice(64).buffer)] as (number | bigint)[],
  };
}
