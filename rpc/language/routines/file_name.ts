/**
 * Names of files in the output folder.
 *
 * @module
 */

import { textOf } from "../values/convert.ts";
import { Refusal } from "../values/error.ts";
import type { IdlValue } from "../values/value.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
// Windows takes these for devices, with any extension.
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The endings of FITS files; the first is that of a name without one. */
export const FITS_ENDINGS: readonly string[] = [".fits", ".fit", ".fts"];

/**
 * A file name that stays in the folder it is joined to: one component of plain
 * letters, so that no path, no device and no hidden file can be named.
 *
 * @param verb What is to be done with the file, for messages.
 * @param given The name.
 * @param extensions The endings that it may have; without one of them the first is added.
 */
export function safeName(
  verb: "read" | "write",
  given: IdlValue,
  extensions: readonly string[],
): string {
  const name = textOf(given);
  const shown = JSON.stringify(name.slice(0, 100));
  if (!NAME.test(name) || name.length > 128 || name.includes("..") || DEVICES.test(name)) {
    throw new Refusal(
      "value",
      `Cannot ${verb} ${shown}: expected a name of letters, digits, "_", "-" and ".", without a folder`,
    );
  }
  const extension = extensions.find((own) => name.toLowerCase().endsWith(own));
  return extension === undefined ? name + extensions[0]! : name;
}
