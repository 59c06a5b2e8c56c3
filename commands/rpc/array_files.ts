/** Arrays in files; the source for their formats is loaded when a file is read or written. */

import { FormatError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import type { IdlNumeric } from "../../rpc/language/values/value.ts";

/**
 * Loads what reads and writes files of arrays. The specifier is computed since Deno opens what
 * is behind a literal one before the program starts, be it for a line of help.
 */
export async function arrayFiles(): Promise<typeof import("../../rpc/client/array_file.ts")> {
  return await import(import.meta.resolve("../../rpc/client/array_file.ts"));
}

/**
 * Reads a file of an argument as an array, and the cards of its header if it is a FITS file; its
 * name may select an HDU and a section. A FITS table comes as the bytes of its file.
 */
export async function readArrayAndHeader(
  path: string,
): Promise<{ value: IdlNumeric; cards: readonly string[] | undefined }> {
  const { valueFromFile, localReading } = await arrayFiles();
  const { file, refused, hdu, section } = localReading(path);
  if (refused !== undefined) throw new FormatError(`Cannot read '${path}': ${refused}`);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(file);
  } catch (error) {
    throw fileError(error, "read", file);
  }
  return await valueFromFile(bytes, file, { hdu, section, tables: true });
}
