/** What the oracle of the corpus says of each file. */

import { corpusFile, corpusFolder } from "../corpus.ts";

/** What it says of an HDU. */
export interface ExpectedHdu {
  readonly i: number;
  readonly cls: string;
  readonly name: string;
  /** Cards of the header; of a compressed image, of the header of the image within. */
  readonly cards: number;
  readonly dtype?: string;
  /** The axes as NumPy has them: the last one first. */
  readonly shape?: number[];
  /** SHA-256 of the stored pixels, big-endian, every NaN the same one. */
  readonly sha256_stored_be?: string;
  readonly phys?: {
    readonly dtype: string;
    readonly nan: number;
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly first: (number | null)[];
    readonly last: (number | null)[];
  };
  readonly rows?: number;
  readonly ncols?: number;
  readonly cols?: [
    name: string | null,
    format: string,
    dim: string | null,
    unit: string | null,
  ][];
  readonly groups?: { readonly gcount: number; readonly pcount: number };
  readonly error?: string;
}

/** What it says of a file. */
export interface ExpectedFile {
  readonly size: number;
  readonly sha256: string;
  /** The last line of fitsverify. */
  readonly fitsverify: string;
  readonly hdus: ExpectedHdu[];
  /** Why the oracle could not open the file. */
  readonly error?: string;
}

/** The oracle's words on every FITS file of the corpus, by path; none where there is no corpus. */
export const EXPECTED: ReadonlyMap<string, ExpectedFile> = corpusFolder === undefined
  ? new Map()
  : new Map(Object.entries(
    JSON.parse(Deno.readTextFileSync(corpusFile("fits/EXPECTED.json"))).files,
  ));
