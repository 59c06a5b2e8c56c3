/** Results of calls on standard output. */

import { jsonElements } from "../../rpc/language/values/json_elements.ts";
import { printValues } from "../../rpc/language/values/print.ts";
import { type IdlValue, typeName } from "../../rpc/language/values/value.ts";

/** What hears the lines that a command prints on its way: themselves, or each as JSON. */
export function printedLines(json: boolean, print: (line: string) => void): (line: string) => void {
  return json ? (text) => print(JSON.stringify({ event: "print", text })) : print;
}

/** What a server charges for printing, no client pays. */
const UNCHARGED = { work: () => {} };

/**
 * Prints a value as PRINT does, or as one line of JSON with type, shape (the fastest
 * dimension first) and elements; what JSON has no number for is text.
 */
export function printValue(value: IdlValue, json: boolean, print: (line: string) => void): void {
  if (!json) return printValues([value], UNCHARGED, print);
  const data = jsonElements(value);
  print(JSON.stringify({ type: typeName(value.type), shape: value.shape, data }));
}
