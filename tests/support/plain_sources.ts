/** The project's sources as plain files that a browser imports: their types are taken out. */

import { stripTypeScriptTypes } from "node:module";
import { ROOT } from "./program.ts";

/** Types of the files that a page asks for. */
const CONTENT_TYPES: { readonly [extension: string]: string } = {
  ".ts": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Answers a request for a source file, or for the page `/`.
 *
 * @param request What the browser asks for.
 * @param page The page: its module script and the policy for scripts.
 */
export async function answerPlainSource(
  request: Request,
  page: { script: string; policy?: string | undefined },
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/") {
    const headers = new Headers({ "content-type": "text/html" });
    if (page.policy !== undefined) headers.set("content-security-policy", page.policy);
    return new Response(`<!DOCTYPE html><script type="module">${page.script}</script>`, {
      headers,
    });
  }
  const type = CONTENT_TYPES[pathname.slice(pathname.lastIndexOf("."))];
  if (type === undefined) return new Response("Not found", { status: 404 });
  const bytes = await Deno.readFile(`${ROOT}${pathname.slice(1)}`);
  const body = pathname.endsWith(".ts")
    ? stripTypeScriptTypes(new TextDecoder().decode(bytes))
    : bytes;
  return new Response(body, { headers: { "content-type": type } });
}
