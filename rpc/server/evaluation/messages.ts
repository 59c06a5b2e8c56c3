/** What the server's thread and its workers say to each other. */

import type { DrawnPicture } from "./effects.ts";
import type { LanguageErrorCode } from "../../language/values/error.ts";
import type { LanguageLimits } from "../../language/values/meter.ts";
import type { PackedValue, PackedValues } from "./packed_value.ts";

/** What a worker is started with. */
export interface WorkerSetup {
  /** Modules whose default exports are functions of the language, by name. */
  readonly modules: readonly (readonly [string, string])[];
}

/** From the server to a worker. */
export type ToWorker =
  | {
    readonly kind: "run";
    readonly command: string;
    readonly variables: PackedValues["entries"];
    readonly colorTable: number;
    readonly limits: Partial<LanguageLimits>;
    /** One word that becomes 1 when the command is cancelled. */
    readonly cancelled: SharedArrayBuffer;
  }
  /** The answer to `show` or `write`. */
  | { readonly kind: "effect"; readonly handle: number; readonly failure?: string | undefined };

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

/** From a worker to the server. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "print"; readonly lines: readonly string[] }
  | {
    readonly kind: "show";
    readonly picture: Omit<DrawnPicture, "image" | "png">;
    readonly image: Omit<DrawnPicture["image"], "data">;
    readonly pixels: ArrayBuffer;
    readonly png: ArrayBuffer;
  }
  | { readonly kind: "write"; readonly name: string; readonly bytes: ArrayBuffer }
  | {
    readonly kind: "done";
    readonly outcome: PackedOutcome;
    readonly variables: PackedValues["entries"];
    /** The names of the variables that came and have not been assigned. */
    readonly unchanged: readonly string[];
    readonly colorTable: number;
  };
