import { fileError } from "../../net/file_error.ts";
import { arrayFromFile } from "../../rpc/client/array_file.ts";
import type { IdlNumeric } from "../../rpc/language/values/value.ts";

/** Reads a file of an argument as an array. */
export async function readArray(path: string): Promise<IdlNumeric> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw fileError(error, "read", path);
  }
  return await arrayFromFile(bytes, path);
}
