/** What is said between the program and the threads that do its jobs. */

import type { FailureKind, MapJob, MapWork } from "./work.ts";

/** What a thread is told. */
export interface ToThread {
  readonly work: MapWork;
  readonly job: MapJob;
}

/** What a thread tells. */
export type FromThread =
  | { readonly kind: "ready" }
  | {
    readonly kind: "done";
    readonly text: string;
    readonly failed: FailureKind | undefined;
  }
  | { readonly kind: "fault"; readonly message: string };
