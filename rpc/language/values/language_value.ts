/**
 * What a variable may hold.
 *
 * @module
 */

import type { IdlValue } from "./value.ts";

/** What a variable may hold. */
export type LanguageValue = IdlValue;
