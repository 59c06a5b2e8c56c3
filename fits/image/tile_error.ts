/** A tile that cannot be decoded. */

import { FormatError, type HeliographErrorOptions } from "../../net/errors.ts";

/** Which tile it is. */
export interface TileErrorOptions extends HeliographErrorOptions {
  /** The number of the HDU, 0 the primary. */
  readonly hdu: number;
  /** The row of the tile in its table, from 1. */
  readonly tile: number;
}

/** A tile is damaged or missing: the message says which, where, and why. */
export class TileError extends FormatError {
  /** The number of the HDU, 0 the primary. */
  readonly hdu: number;
  /** The row of the tile in its table, from 1. */
  readonly tile: number;

  /**
   * Makes an error.
   *
   * @param message What was found and what was expected.
   * @param options Which tile it is, and where.
   */
  constructor(message: string, options: TileErrorOptions) {
    super(message, options);
    this.hdu = options.hdu;
    this.tile = options.tile;
  }
}
