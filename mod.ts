/**
 * Heliograph moves pictures of the sky, FITS files and arrays between programs
 * over plain sockets.
 *
 * Everything public, by name. The floors can also be imported one by one, as
 * `@heliograph/heliograph/net`, `/http`, `/fits` and `/rpc`.
 *
 * @module
 */

export * from "./net/mod.ts";
export * from "./http/mod.ts";
export * from "./fits/mod.ts";
export * from "./rpc/mod.ts";
