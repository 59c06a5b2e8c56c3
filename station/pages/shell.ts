/** What all pages of the station have: their head, their policy, the way to each other. */

import { escapeHtml } from "../../http/pages/escape_html.ts";
import type { HttpResponse } from "../../http/server/types.ts";

/** What a page loads: addresses of the station itself. */
export interface PageFiles {
  readonly styles: readonly string[];
  /** The module that makes the page alive. */
  readonly script?: string | undefined;
  /** What the module imports before it runs, so that all of it is fetched at once. */
  readonly preloads?: readonly string[] | undefined;
}

/** A page. */
export interface Page extends PageFiles {
  readonly title: string;
  /** The markup of its body. */
  readonly body: string;
}

/**
 * The policy of pages: nothing but the station's own modules and style sheets, no markup made by
 * scripts, no frames, no other origin.
 */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "trusted-types heliograph",
  "require-trusted-types-for 'script'",
].join("; ");

/** Where the Sun is for the tab of a browser. */
export const ICON_PATH = "/favicon.ico";

/** The Sun, for the tab of a browser. */
export const ICON: string = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">' +
  '<circle cx="8" cy="8" r="7" fill="#f2a33a"/><circle cx="6" cy="7" r="1.2" fill="#7a3d00"/></svg>';

/** The same for pages wherever they are served: the root may have another icon, or none. */
const ICON_ADDRESS = `data:image/svg+xml,${encodeURIComponent(ICON)}`;

/** Writes a page. */
export function pageHtml({ title, styles, script, preloads = [], body }: Page): string {
  const link = (rel: string, href: string) => `<link rel="${rel}" href="${escapeHtml(href)}">\n`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
${link("icon", ICON_ADDRESS)}${styles.map((href) => link("stylesheet", href)).join("")}${
    preloads.map((href) => link("modulepreload", href)).join("")
  }${
    script === undefined ? "" : `<script type="module" src="${escapeHtml(script)}"></script>\n`
  }${body}
`;
}

/**
 * Answers with a page.
 *
 * @param page The page.
 * @param status The status.
 */
export function pageResponse(page: Page, status = 200): HttpResponse {
  return {
    status,
    fields: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Security-Policy": PAGE_POLICY,
      "Cross-Origin-Resource-Policy": "same-origin",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    },
    body: pageHtml(page),
  };
}

/** The answer to a browser that asks for the picture of its tab. */
export function iconResponse(): HttpResponse {
  return {
    status: 200,
    fields: {
      "Content-Type": "image/svg+xml",
      "Cache-Control": "public, max-age=86400",
      "X-Content-Type-Options": "nosniff",
    },
    body: ICON,
  };
}
