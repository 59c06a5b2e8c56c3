/** What tests and benchmarks use of `@std/streams`, with the types that the npm build leaves out. */

import { TextLineStream as untyped } from "npm:deno-std@1.4.0/streams/text_line_stream.js";

/** Splits text into its lines. */
const TextLineStream: new () => TransformStream<string, string> = untyped;

/** The lines of what a program prints. */
export function linesOf(bytes: ReadableStream<Uint8Array>): ReadableStream<string> {
  const decoder: TransformStream = new TextDecoderStream();
  return bytes.pipeThrough<string>(decoder).pipeThrough(new TextLineStream());
}
