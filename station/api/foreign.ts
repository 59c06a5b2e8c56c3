/** Requests that pages of other sites make: they get nothing of the station. */

import { errorResponse } from "../../http/server/error_response.ts";
import type { HttpRequest, HttpResponse } from "../../http/server/types.ts";

/**
 * Refuses a request that a browser says a page of another site has made (Fetch Metadata), unless
 * a person follows a link.
 *
 * @param request The request.
 * @returns The answer; undefined if the request is not refused.
 */
export function refuseForeign(
  { method, fields }: Pick<HttpRequest, "method" | "fields">,
): HttpResponse | undefined {
  if (fields.get("sec-fetch-site") !== "cross-site") return undefined;
  const follows = (method === "GET" || method === "HEAD") &&
    fields.get("sec-fetch-mode") === "navigate" && fields.get("sec-fetch-dest") === "document";
  if (follows) return undefined;
  return errorResponse(403, "pages of other sites may not ask for it", {
    "Cache-Control": "no-store",
    "Vary": "Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest",
  });
}
