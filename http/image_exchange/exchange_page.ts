/** The page on which a browser exchanges images with the server, and its two files. */

import type { HttpResponse } from "../server/types.ts";
import page from "./exchange_page.html" with { type: "text" };
import script from "./exchange_page.js" with { type: "text" };
import palette from "../pages/palette.css" with { type: "text" };
import style from "./exchange_page.css" with { type: "text" };

/** What the page may load: its own files, images it was given, sockets of this server. */
export const PAGE_POLICY: string = "default-src 'none'; script-src 'self'; style-src 'self'; " +
  "img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

function file(type: string, text: string): HttpResponse {
  return {
    status: 200,
    fields: [
      ["Content-Type", `${type}; charset=utf-8`],
      ["Content-Security-Policy", PAGE_POLICY],
      ["X-Content-Type-Options", "nosniff"],
      ["Referrer-Policy", "no-referrer"],
      ["Cache-Control", "no-cache"],
    ],
    body: text,
  };
}

/** The files of the page by path. */
export const PAGE_FILES: Readonly<Record<string, HttpResponse>> = {
  "/exchange.js": file("text/javascript", script),
  "/exchange.css": file("text/css", palette + style),
};

/**
 * The page.
 *
 * @param saves Whether the server saves images.
 */
export function exchangePage(saves: boolean): HttpResponse {
  return file("text/html", page.replace('data-saves="true"', `data-saves="${saves}"`));
}
