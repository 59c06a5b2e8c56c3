/** Serves the checkout to a browser: modules with their types stripped, and nothing bundled. */

import { fileHandler } from "../../../http/files/handler.ts";
import type { HttpHandler } from "../../../http/server/types.ts";
import { stripTypes } from "../../../station/web/strip_types.ts";

const ROOT = new URL("../../../", import.meta.url);

/** A page that loads nothing of itself. */
const PAGE = "<!doctype html><title>modules</title><link rel=icon href=data:,>";

/**
 * Makes the handler.
 *
 * @param loaded Every module that was asked for is added.
 */
export function sourceHandler(loaded: Set<string>): HttpHandler {
  const files = fileHandler({ root: ROOT.pathname });
  return async (request) => {
    const { path } = request;
    if (path === "/") {
      return new Response(PAGE, { headers: { "content-type": "text/html" } });
    }
    loaded.add(path.slice(1));
    if (!path.endsWith(".ts")) return await files(request);
    const source = await Deno.readTextFile(new URL(`.${path}`, ROOT));
    return new Response(stripTypes(source), { headers: { "content-type": "text/javascript" } });
  };
}
