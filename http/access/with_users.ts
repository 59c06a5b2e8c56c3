import { HeaderFields } from "../message/header_fields.ts";
import { errorResponse } from "../server/error_response.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../server/types.ts";
import { Users } from "./users.ts";

/**
 * A handler that only users get an answer of.
 *
 * @param lines The users, as {@linkcode Users} reads them; none for everybody.
 * @param handler What answers them.
 * @throws {FormatError} If a line is no user.
 */
export function withUsers(lines: readonly string[], handler: HttpHandler): HttpHandler {
  if (lines.length === 0) return handler;
  const users = new Users(lines);
  return async (request) => {
    const { remoteAddr } = request;
    const address = "hostname" in remoteAddr ? remoteAddr.hostname : "";
    const right = await users.check(request.fields.get("authorization"), address);
    if (right) return await handler(request);
    return right === undefined ? busy() : refused(request);
  };
}

function refused({ fields }: HttpRequest): HttpResponse {
  const challenge = new HeaderFields({
    "WWW-Authenticate": 'Basic realm="heliograph", charset="UTF-8"',
    "Cache-Control": "no-store",
  });
  const reason = fields.has("authorization") ? "the password is wrong" : "a password is wanted";
  return errorResponse(401, reason, challenge);
}

function busy(): HttpResponse {
  return errorResponse(
    503,
    "too many passwords are being checked",
    new HeaderFields({ "Retry-After": "1" }),
  );
}
