/** What is found in a file that should not be there: data, not exceptions. */

/** Something about a file that its reader may want to know. */
export interface Finding {
  /** `error` where the standard is broken, `warning` where it is only bent. */
  readonly severity: "error" | "warning";
  /** What was found and what was expected. */
  readonly message: string;
  /** The number of the HDU, 0 the primary; undefined for the file as a whole. */
  readonly hdu?: number | undefined;
  /** The keyword of the card. */
  readonly keyword?: string | undefined;
  /** The number of the card's first record in the header, counted from 1. */
  readonly record?: number | undefined;
  /** The byte offset in the file, counted from 0. */
  readonly offset?: number | undefined;
}
