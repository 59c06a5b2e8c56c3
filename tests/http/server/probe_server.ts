/** A server and a client for probes: raw bytes over a real socket, and what comes back. */

import { HeaderFields } from "../../../http/message/header_fields.ts";
import { decodeLatin1, encodeLatin1 } from "../../../http/message/octets.ts";
import { ResponseHeadParser } from "../../../http/message/response_head.ts";
import { type HttpServer, serveHttp } from "../../../http/server/serve_http.ts";
import type { HttpRequest, HttpResponse } from "../../../http/server/types.ts";

const ALLOWED = "GET, HEAD, POST, OPTIONS";

/**
 * What the probes expect behind a server: GET, HEAD and POST of `/` give the body
 * back, of `/echo` the header fields and the body; OPTIONS is 204, every other
 * method 405.
 */
export async function probeHandler(request: HttpRequest): Promise<HttpResponse> {
  const { method, path } = request;
  if (method === "OPTIONS") return { status: 204, fields: { Allow: ALLOWED } };
  if (!ALLOWED.split(", ").includes(method)) return { status: 405, fields: { Allow: ALLOWED } };
  if (path !== "/" && path !== "/echo") return { status: 404 };
  const body = await request.body.text();
  const fields = path === "/echo" ? new HeaderFields(request.fields).toText() : "";
  return {
    status: 200,
    fields: { "Content-Type": "text/plain; charset=utf-8" },
    body: fields + body,
  };
}

/** A server for probes, which ends each connection that is silent after a moment. */
export function probeServer(): Promise<HttpServer> {
  const timeout = 200;
  return serveHttp({
    port: 0,
    allowHosts: ["*"],
    headTimeout: timeout,
    idleTimeout: timeout,
    bodyTimeout: timeout,
    // The probes would have a body that is announced waited for, not refused for its size.
    maxBodyBytes: 2 ** 40,
    onError: () => {},
  }, probeHandler);
}

/** One answer on a connection. */
export interface ProbeAnswer {
  readonly status: number;
  readonly fields: HeaderFields;
  readonly body: string;
}

/**
 * Sends bytes and reads until the server closes.
 *
 * @param server The server.
 * @param payload The bytes; `HOST:PORT` stands for the server's address.
 * @returns The answers in order; none if the server only closed.
 */
export async function probe(server: HttpServer, payload: string): Promise<ProbeAnswer[]> {
  const { hostname, port } = server.address;
  const text = payload.replaceAll("HOST:PORT", `${hostname}:${port}`);
  using socket = await Deno.connect({ hostname, port });
  await socket.write(encodeLatin1(text));
  let received = "";
  const memory = new Uint8Array(65_536);
  for (let count; (count = await socket.read(memory)) !== null;) {
    received += decodeLatin1(memory, 0, count);
  }
  return answersIn(received, /^\s*HEAD /.test(text) ? "HEAD" : "GET");
}

function answersIn(text: string, method: string): ProbeAnswer[] {
  const bytes = encodeLatin1(text);
  const answers: ProbeAnswer[] = [];
  for (let at = 0; at < bytes.length;) {
    const head = new ResponseHeadParser({ method }).parse(bytes, at, bytes.length);
    if (head === undefined || head.framing === "chunked" || head.framing === "close") {
      throw new Error(`an answer of unexpected form: ${JSON.stringify(text.slice(at))}`);
    }
    const start = at + head.headBytes;
    at = start + head.contentLength;
    if (at > bytes.length) throw new Error(`an answer that is cut short: ${text}`);
    const { status, fields } = head;
    answers.push({ status, fields, body: decodeLatin1(bytes, start, at) });
  }
  return answers;
}
