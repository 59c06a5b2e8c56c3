/** What world coordinates need of other HDUs: columns of coordinates, images of corrections. */

/** Numbers with their axes, the first of them varying fastest. */
export interface WcsArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** An image of corrections with the keywords that place it. */
export interface WcsImage extends WcsArray {
  readonly keywords: { get(keyword: string): unknown };
}

/** A column that coordinates are read from, in one row of a table. */
export interface WcsColumnNeed {
  readonly kind: "column";
  readonly extname: string;
  readonly extver: number;
  readonly extlevel: number;
  /** TTYPEn. */
  readonly column: string;
}

/** An image that corrections are read from. */
export interface WcsImageNeed {
  readonly kind: "image";
  readonly extname: string;
  readonly extver: number;
}

/** Something of another HDU that a header refers to. */
export type WcsNeed = WcsColumnNeed | WcsImageNeed;

/** What other HDUs gave, to be found by what was needed. */
export interface WcsTables {
  /** The first row of a column, or undefined. */
  column(need: WcsColumnNeed): WcsArray | undefined;
  /** An image, or undefined. */
  image(need: WcsImageNeed): WcsImage | undefined;
}
