/** TypeScript as a browser takes it: the types gone, every line where it was. */

import { stripTypeScriptTypes } from "node:module";

/**
 * Strips the types of a module. What imports it by its own name, ending in `.ts`, goes on
 * doing so: a server sends the result as `text/javascript`.
 *
 * @param source The module; only types that can be erased, as the compiler holds here.
 * @returns JavaScript of the same length, with blanks for types.
 * @throws {SyntaxError} If it is no TypeScript, or has types that cannot be erased.
 */
export function stripTypes(source: string): string {
  return stripTypeScriptTypes(source);
}
