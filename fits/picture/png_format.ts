/** What PNG's writer and reader share (W3C PNG, third edition, sections 5 to 7 and 11). */

/** The channels of a pixel, in their order. */
export type PngColor = "gray" | "gray-alpha" | "rgb" | "rgb-alpha";

/**
 * The samples of a picture: 8 bits each in a byte array (an `ImageData`'s array
 * too), 16 bits each in a `Uint16Array` of the machine's byte order.
 */
export type PngSamples = Uint8Array | Uint8ClampedArray | Uint16Array;

/** A picture as samples: rows from the top, pixels from the left, channels together. */
export interface PngImage<Samples extends PngSamples = PngSamples> {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** The channels of a pixel. */
  readonly color: PngColor;
  /** `width` x `height` x channels samples. */
  readonly data: Samples;
}

/** How many samples a pixel has. */
export const PNG_CHANNELS: Readonly<Record<PngColor, 1 | 2 | 3 | 4>> = {
  "gray": 1,
  "gray-alpha": 2,
  "rgb": 3,
  "rgb-alpha": 4,
};

/** The colour types of the IHDR chunk (section 11.2.1). */
export const PNG_COLOR_TYPES: Readonly<Record<PngColor, number>> = {
  "gray": 0,
  "rgb": 2,
  "gray-alpha": 4,
  "rgb-alpha": 6,
};

/** The first eight bytes of every PNG file (section 5.2). */
export const PNG_SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The greatest width, height and chunk length (section 7.1). */
export const MAX_PNG_LENGTH: number = 2 ** 31 - 1;

/** The predictor of filter type 4 (section 9.4). */
export function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
