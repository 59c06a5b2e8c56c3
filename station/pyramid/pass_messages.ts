/** What a store and the worker that makes levels say to each other. */

import type { FileVersion } from "../../http/server/open_file.ts";

/** A plane that a worker opens for itself. */
export interface PassFile {
  readonly path: string;
  /** The version that is meant: another is not read. */
  readonly version: FileVersion;
  /** The number of the HDU. */
  readonly hdu: number;
  /** The place on axis 3 and those after it, from 0. */
  readonly place: readonly number[];
}

/** What the worker says. */
export type PassReport =
  /** It is there, and may be asked. */
  | { readonly kind: "ready" }
  /** So much of the plane is done. */
  | { readonly kind: "progress"; readonly rows: number; readonly percent: number }
  | {
    readonly kind: "levels";
    readonly levels: readonly {
      readonly level: number;
      readonly width: number;
      readonly height: number;
      readonly values: Float32Array<ArrayBuffer>;
    }[];
  }
  | { readonly kind: "failed"; readonly message: string };
