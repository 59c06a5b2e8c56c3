/** What the server's thread and its workers say to each other. */

import type { DrawnPicture } from "./effects.ts";
import type { LanguageErrorCode } from "../../language/values/error.ts";
import type { KeptPlot } from "../../language/routines/kept_plot.ts";
import type { LanguageLimits } from "../../language/values/meter.ts";
import type { PackedValue, PackedValues } from "./packed_value.ts";

/** What a worker is started with. */
export interface WorkerSetup {
  /** Modules whose default exports are functions of the language, by name. */
  readonly modules: readonly (readonly [string, string])[];
}

/** The word that becomes 1 when the command is cancelled. */
export const CANCELLED = 0;

/** The word that becomes 1 when the memory that was asked for may be taken, and -1 if not. */
export const GRANTED = 1;

/** The word that counts the batches of printed lines that have been passed on and not yet taken. */
export const PRINTED = 2;

/** Bytes of all these words. */
export const WORDS_BYTES = 12;

/** The texts of functions and procedures of programs, by name in capitals. */
export type Definitions = readonly (readonly [name: string, source: string])[];

/** From the server to a worker. */
export type ToWorker =
  | {
    readonly kind: "run";
    readonly command: string;
    /** Whether an expression at its end is its result. */
    readonly implicitReturn: boolean;
    readonly variables: PackedValues["entries"];
    readonly objects: PackedValues["objects"];
    readonly colorTable: number;
    readonly plot: KeptPlot | undefined;
    /** The texts of the functions and procedures that it may call, by name. */
    readonly definitions: Definitions;
    /** Whether what pictures are drawn from is wanted, too. */
    readonly keepsValues: boolean;
    readonly limits: LanguageLimits;
    /** Bytes that it may take before it asks for more. */
    readonly room: number;
    /** Why it may call no function of a module, if it may not. */
    readonly refusal: string | undefined;
    /** The words {@linkcode CANCELLED}, {@linkcode GRANTED} and {@linkcode PRINTED}. */
    readonly words: SharedArrayBuffer;
  }
  /** The answer to `show`, `write`, `size` or `read`. */
  | {
    readonly kind: "effect";
    readonly handle: number;
    readonly bytes?: ArrayBuffer | undefined;
    readonly failure?: string | undefined;
  }
  /** Asks for `listening`. */
  | { readonly kind: "listen" };

/** How a command ended in a worker. */
export type PackedOutcome =
  | {
    readonly ok: true;
    readonly asked: boolean;
    readonly returned: PackedValue | undefined;
    readonly operations: number;
  }
  | {
    readonly ok: false;
    readonly asked: boolean;
    readonly code: LanguageErrorCode;
    readonly message: string;
    readonly position: number;
    readonly operations: number;
  };

/** What a command wants of the output folder: a file written, the size of one, or its bytes. */
export type EffectOnFile =
  | { readonly kind: "write"; readonly name: string; readonly bytes: ArrayBuffer }
  | { readonly kind: "size"; readonly name: string }
  | { readonly kind: "read"; readonly name: string; readonly size: number };

/** From a worker to the server. */
export type FromWorker =
  | { readonly kind: "ready" }
  /** The answer to `listen`: the worker computes nothing at this moment. */
  | { readonly kind: "listening" }
  /** Asks for memory; the worker waits for the word {@linkcode GRANTED}. */
  | { readonly kind: "more"; readonly bytes: number }
  /** Printed lines; a worker that is far ahead waits for the word {@linkcode PRINTED}. */
  | { readonly kind: "print"; readonly lines: readonly string[] }
  | {
    readonly kind: "show";
    readonly picture: Omit<DrawnPicture, "image" | "png">;
    readonly image: Omit<DrawnPicture["image"], "data">;
    readonly pixels: ArrayBuffer;
    readonly png: ArrayBuffer;
  }
  | EffectOnFile
  | {
    readonly kind: "done";
    readonly outcome: PackedOutcome;
    readonly variables: PackedValues["entries"];
    readonly objects: PackedValues["objects"];
    /** The names of the variables that came and have not been assigned. */
    readonly unchanged: readonly string[];
    readonly colorTable: number;
    readonly plot: KeptPlot | undefined;
    /** The functions and procedures that it has defined. */
    readonly definitions: Definitions;
  };
