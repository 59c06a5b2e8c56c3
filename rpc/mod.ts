/**
 * Arrays and commands over a socket.
 *
 * @module
 */

export * from "./language/mod.ts";
