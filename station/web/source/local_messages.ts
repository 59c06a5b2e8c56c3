/** What a page and its worker say to each other. */

/** The number of what a worker says when it has loaded all that it may need. */
export const READY = 0;

/** What can be asked for. */
export type LocalMethod =
  | "open"
  | "info"
  | "header"
  | "findings"
  | "tile"
  | "values"
  | "limits"
  | "histogram"
  | "rows"
  | "columns";

/** What the page says: a question, or that an answer is no longer wanted. */
export type LocalRequest =
  | { readonly id: number; readonly method: LocalMethod; readonly args: readonly unknown[] }
  | { readonly id: number; readonly method: "abort" };

/** What the worker says. */
export type LocalResponse =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };
