/**
 * The sockets floor: connecting, listening, buffered reading, writing, byte order.
 *
 * @module
 */

export * from "./errors.ts";
