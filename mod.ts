/**
 * Heliograph moves pictures of the sky, FITS files and arrays between programs
 * over plain sockets.
 *
 * Everything public, by name. The floors can also be imported one by one, as
 * `@heliograph/heliograph/net`, `/http`, `/fits` and `/rpc`.
 *
 * @example A part of a picture, fetched from a server by ranges
 * ```ts
 * import { encodeFits, fileHandler, openFits, serveHttp } from "@heliograph/heliograph";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = Int16Array.from({ length: 100 * 100 }, (_, i) => i);
 * await Deno.mkdir("out", { recursive: true });
 * await Deno.writeFile("out/ramp.fits", await encodeFits([{ pixels, shape: [100, 100] }]));
 *
 * await using server = await serveHttp({ port: 0 }, fileHandler({ root: "out" }));
 * await using file = await openFits(new URL("ramp.fits", server.url));
 * const corner = await file.image({ section: "1:2,1:2" });
 * assertEquals([...corner.pixels], [0, 1, 100, 101]);
 * ```
 *
 * @module
 */

export * from "./net/mod.ts";
export * from "./http/mod.ts";
export * from "./fits/mod.ts";
export * from "./rpc/mod.ts";
