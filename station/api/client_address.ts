/** Who asks: one machine, whatever its connections. */

import type { HttpRequest } from "../../http/server/types.ts";

/**
 * The address of a client.
 *
 * @param request Its request.
 * @param trustProxy Whether the last address of X-Forwarded-For is told by a proxy of one's own;
 * those before it may be anything.
 */
export function clientAddress(
  { remoteAddr, fields }: Pick<HttpRequest, "remoteAddr" | "fields">,
  trustProxy = false,
): string {
  const forwarded = trustProxy ? fields.get("x-forwarded-for") : undefined;
  const last = forwarded?.split(",").at(-1)?.trim() ?? "";
  if (last !== "" && last.length <= 64) return last;
  return remoteAddr.transport === "tcp" ? remoteAddr.hostname : "";
}
