/**
 * Arrays and commands over a socket.
 *
 * @example An array that is sent, and a command that is run on it
 * ```ts
 * import { ArrayClient, serveArrays } from "@heliograph/heliograph/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveArrays({ port: 0 });
 * await using client = await ArrayClient.connect(server.address);
 * const data = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
 * const sums = await client.call("total(data, 1)", { arrays: { data } });
 * assertEquals(sums?.data, Float32Array.of(3, 7, 11));
 * ```
 *
 * @module
 */

// The server and what it may be told.
export { type ArrayServer, serveArrays, type ServeArraysOptions } from "./server/array_server.ts";
export { ARRAY_PORT } from "./frames/frames.ts";
export type {
  ArrayDisplay,
  Picture as ArrayPicture,
  PictureOrigin,
  PictureValues,
} from "./picture/picture.ts";
export type { RoutineDescription } from "./server/describe.ts";
export type { ArrayMetrics } from "./server/metrics.ts";

// Clients.
export {
  ArrayClient,
  type ArrayClientOptions,
  CallError,
  type CallOptions,
} from "./client/array_client.ts";
export type { ArrayInput } from "./client/array_input.ts";
export { IdlClient, sendArray, type SendArrayOptions } from "./client/idl_client.ts";
export type { WordFormat as IdlWordFormat } from "./idl/size_vector.ts";
export { arrayFromFile, fileFromArray } from "./client/array_file.ts";

// The command language and its values.
export * from "./language/mod.ts";
