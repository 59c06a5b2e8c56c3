/** The expressions that ours and GDL must agree on, by family; they stand in `cases.json`. */

import families from "./cases.json" with { type: "json" };

/** How near the values must be. */
export type Nearness =
  /** The same bits; of floating-point numbers one unit in the last place. */
  | "operation"
  /** 1e-6 of the value. */
  | "function"
  /** 1e-6 of the largest value of the array, which rounding errors are shared out over. */
  | "transform";

/** Expressions of one family. */
export interface Family {
  readonly name: string;
  readonly nearness: Nearness;
  /** Statements joined by ` & `, of which the last is an expression. */
  readonly cases: readonly string[];
}

/** Every family. */
export const FAMILIES = families as readonly Family[];
