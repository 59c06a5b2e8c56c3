/** Who may see the station: programs that send its token, browsers that have sent it once. */

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { HeaderFields } from "../http/message/header_fields.ts";
import { escapeHtml } from "../http/pages/escape_html.ts";
import { errorResponse } from "../http/server/error_response.ts";
import type { HttpRequest, HttpResponse } from "../http/server/types.ts";
import { TokenGate } from "../rpc/server/token_gate.ts";
import { clientAddress } from "./api/client_address.ts";
import { pageResponse } from "./pages/shell.ts";

/** How long a browser is known without its token, in milliseconds: a month. */
const MAX_SESSION_MS = 30 * 24 * 3_600_000;
/** Bytes of the random part of a session. */
const SESSION_BYTES = 16;

/** Options of {@linkcode TokenAccess}. */
export interface TokenAccessOptions {
  /** What has to be known. */
  readonly token: string;
  /** The path before all others, without a slash at its end; "" for none. */
  readonly base: string;
  /** Style sheets of the page that asks for the token. */
  readonly styles: readonly string[];
  /** Whether X-Forwarded-* fields are those of a proxy of one's own. */
  readonly trustProxy: boolean;
  /** The clock, in milliseconds since 1970. @default {Date.now} */
  readonly now?: (() => number) | undefined;
}

/**
 * Lets those in who know a token.
 *
 * Programs send `Authorization: Bearer TOKEN`. A browser opens `/?token=TOKEN` once: it gets a
 * cookie with a value of its own, and is sent on to the address without the token. The cookie is
 * signed with a key made from the token, so that it outlives a restart with the same token, and
 * no longer holds when the token is another.
 */
export class TokenAccess {
  readonly #options: TokenAccessOptions;
  readonly #gate: TokenGate;
  readonly #key: Uint8Array;
  readonly #now: () => number;

  /**
   * Prepares the checks.
   *
   * @param options The token.
   */
  constructor(options: TokenAccessOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#gate = new TokenGate(options.token, { now: this.#now });
    this.#key = createHmac("sha256", options.token).update("heliograph session").digest();
  }

  /**
   * Stops a request that may not be answered.
   *
   * @param request The request.
   * @returns What it is answered; undefined if it may be answered.
   */
  stop(request: HttpRequest): HttpResponse | undefined {
    const { fields } = request;
    const bearer = /^bearer +(\S+)$/i.exec(fields.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) return this.#check(bearer, request) ?? undefined;
    const reads = request.method === "GET" || request.method === "HEAD";
    const query = new URLSearchParams(request.query);
    const given = reads ? query.get("token") : null;
    if (given !== null) {
      query.delete("token");
      return this.#check(given, request) ?? this.#welcome(request, query);
    }
    if (this.#isKnown(request)) return undefined;
    return this.#refuse(request, 401, "a token is needed");
  }

  /** Checks a token; undefined if it is right. */
  #check(token: string, request: HttpRequest): HttpResponse | undefined {
    const address = clientAddress(request, this.#options.trustProxy);
    const answer = this.#gate.check(token, address);
    if (answer === "open") return undefined;
    if (answer === "wrong") return this.#refuse(request, 401, "the token is wrong");
    return errorResponse(429, "too many wrong tokens came from your address, wait a minute", {
      "Retry-After": "60",
      "Cache-Control": "no-store",
    });
  }

  /** Gives a browser its cookie, and the address without the token. */
  #welcome(request: HttpRequest, query: URLSearchParams): HttpResponse {
    const { base, trustProxy } = this.#options;
    // Two slashes at the beginning would lead to another host.
    const path = request.path.replace(/^\/+/, "/");
    const session = `${this.#now()}.${randomBytes(SESSION_BYTES).toString("base64url")}`;
    const forwarded = trustProxy ? request.fields.get("x-forwarded-proto") : undefined;
    const secure = request.secure || forwarded?.trim() === "https" ? "; Secure" : "";
    return {
      status: 303,
      fields: new HeaderFields({
        "Location": path + (query.size === 0 ? "" : `?${query}`),
        "Set-Cookie": `${cookieName(request)}=${session}.${this.#sign(session)}; ` +
          `Path=${base}/; HttpOnly; SameSite=Strict${secure}`,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
      }),
      body: "",
    };
  }

  #sign(session: string): string {
    return createHmac("sha256", this.#key).update(session).digest("base64url");
  }

  /** Whether the cookie of a request is one that was given, and not too long ago. */
  #isKnown(request: HttpRequest): boolean {
    const name = cookieName(request);
    for (const pair of (request.fields.get("cookie") ?? "").split(";")) {
      const [found, value = ""] = pair.trim().split("=", 2);
      const match = found === name ? /^(\d{1,15})\.[\w-]{8,64}(?=\.)/.exec(value) : null;
      if (match === null) continue;
      const [session, time] = [match[0], Number(match[1])];
      const expected = new TextEncoder().encode(this.#sign(session));
      const signature = new TextEncoder().encode(value.slice(session.length + 1));
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) continue;
      if (this.#now() - time < MAX_SESSION_MS) return true;
    }
    return false;
  }

  #refuse(request: HttpRequest, status: number, reason: string): HttpResponse {
    const wantsPage = /text\/html/i.test(request.fields.get("accept") ?? "");
    if (!wantsPage) {
      return errorResponse(status, `${reason}: Authorization: Bearer TOKEN`, {
        "WWW-Authenticate": 'Bearer realm="heliograph"',
        "Cache-Control": "no-store",
        "Vary": "Accept",
      });
    }
    const { base, styles } = this.#options;
    return pageResponse({
      title: "Token - Heliograph",
      styles,
      body: `<header><h1>Heliograph</h1></header>
<main>
<p>This station shows itself to those who know its token: ${escapeHtml(reason)}.</p>
<form method="get" action="${escapeHtml(base)}/">
<label>Token <input type="password" name="token" required autocomplete="current-password"></label>
<button>Open</button>
</form>
</main>`,
    }, status);
  }
}

/** Cookies belong to a host, whatever the port: another station there has another name for it. */
function cookieName({ localAddr }: HttpRequest): string {
  return `heliograph-${localAddr.transport === "tcp" ? localAddr.port : 0}`;
}
