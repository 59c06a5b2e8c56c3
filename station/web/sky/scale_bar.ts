/** A length in the picture that a bar of the screen has: seconds of arc, or pixels. */

/** A bar, and what is written on it. */
export interface ScaleBar {
  /** CSS pixels. */
  readonly length: number;
  readonly label: string;
}

/** CSS pixels of a bar at most. */
const MAX_LENGTH = 130;
/** Lengths of arc in seconds, of a second and more. Beyond 30 degrees one scale says nothing. */
const SECONDS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 30],
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * 60),
  ...[1, 2, 5, 10, 20, 30].map((degrees) => degrees * 3600),
];

/**
 * The longest bar with a round length.
 *
 * @param zoom CSS pixels for a pixel of the image.
 * @param degrees Degrees of arc of a pixel, where there is a sky.
 * @returns A bar of at most 130 CSS pixels; of one pixel of the image, if that is longer.
 */
export function scaleBar(zoom: number, degrees?: number | undefined): ScaleBar {
  if (degrees !== undefined && Number.isFinite(degrees) && degrees > 0) {
    const second = zoom / (degrees * 3600);
    const seconds = roundSeconds(MAX_LENGTH / second);
    return { length: seconds * second, label: arcText(seconds) };
  }
  const pixels = Math.max(1, roundNumber(MAX_LENGTH / zoom));
  return { length: pixels * zoom, label: pixels === 1 ? "1 pixel" : `${pixels} pixels` };
}

function roundSeconds(most: number): number {
  return SECONDS.findLast((seconds) => seconds <= most) ?? roundNumber(most);
}

/** The greatest of 1, 2 or 5 times a power of ten that is not more. */
function roundNumber(most: number): number {
  const power = Math.floor(Math.log10(most));
  const times = [5, 2, 1].find((times) => times * 10 ** power <= most * (1 + 1e-9)) ?? 1;
  // Powers below one are quotients, which are exact to the last digit that is written.
  return power < 0 ? times / 10 ** -power : times * 10 ** power;
}

function arcText(seconds: number): string {
  if (seconds < 60) return `${seconds}\u2033`;
  return seconds < 3600 ? `${seconds / 60}\u2032` : `${seconds / 3600}\u00b0`;
}
