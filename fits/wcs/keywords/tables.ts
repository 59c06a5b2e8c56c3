/** What world coordinates need of other HDUs: columns of coordinates, images of corrections. */

/** Numbers with their axes, the first of them varying fastest. */
export interface WcsArray {
  /** The numbers, the first axis fastest. */
  readonly data: Float64Array;
  /** The lengths of the axes. */
  readonly shape: readonly number[];
}

/** An image of corrections with the keywords that place it. */
export interface WcsImage extends WcsArray {
  /** CRPIXj, CRVALj and CDELTj of the image. */
  readonly keywords: { get(keyword: string): unknown };
}

/** A column that coordinates are read from, in one row of a table. */
export interface WcsColumnNeed {
  /** A column. */
  readonly kind: "column";
  /** EXTNAME of the table. */
  readonly extname: string;
  /** EXTVER of the table. */
  readonly extver: number;
  /** EXTLEVEL of the table. */
  readonly extlevel: number;
  /** TTYPEn. */
  readonly column: string;
}

/** An image that corrections are read from. */
export interface WcsImageNeed {
  /** An image. */
  readonly kind: "image";
  /** EXTNAME of the image. */
  readonly extname: string;
  /** EXTVER of the image. */
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
