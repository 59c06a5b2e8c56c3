/** The expressions that ours and GDL must agree on, by family; they stand in `cases.json`. */

import type { Nearness } from "../../support/rpc/compare.ts";
import families from "./cases.json" with { type: "json" };

/** Expressions of one family. */
export interface Family {
  readonly name: string;
  readonly nearness: Nearness;
  /** Statements joined by ` & `, of which the last is an expression. */
  readonly cases: readonly string[];
}

/** Every family. */
export const FAMILIES = families as readonly Family[];
