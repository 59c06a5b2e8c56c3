import { HeliographError } from "../../net/errors.ts";
import type { HttpRequest, HttpResponse, TakenConnection } from "../server/types.ts";
import { closeCodeOf, closeReasonOf } from "./frames/close_codes.ts";
import { WebSocketConnection } from "./connection.ts";
import { type AcceptedHandshake, answerHandshake, type HandshakePolicy } from "./handshake.ts";
import type { WebSocketOptions } from "./options.ts";

/** Options of {@linkcode upgradeWebSocket}. */
export interface UpgradeWebSocketOptions extends WebSocketOptions, HandshakePolicy {
  /** How messages are compressed if the client can; `false` for never. @default {{}} */
  compression?: NonNullable<WebSocketOptions["compression"]> | undefined;
  /**
   * Works with the connection. When it returns, the connection is closed with 1000;
   * when it throws, with the code that stands for the error ({@linkcode closeCodeOf}).
   */
  handler: (connection: WebSocketConnection, request: HttpRequest) => Promise<void> | void;
}

/**
 * Answers a request with a WebSocket, in a handler of `serveHttp`.
 *
 * Browsers let every page connect to every server, so pages of other origins are
 * refused (403) unless `origins` names them.
 *
 * @param request The request; a wrong one is answered with 400, 405 or 426.
 * @param options Who may connect, the handler, limits and deadlines.
 * @returns The response for the handler to return.
 *
 * @example
 * ```ts
 * import { serveHttp, upgradeWebSocket } from "@heliograph/heliograph/http";
 *
 * await using server = await serveHttp({ port: 0 }, (request) =>
 *   upgradeWebSocket(request, {
 *     origins: ["https://observatory.example"],
 *     handler: async (connection) => {
 *       for await (const message of connection) {
 *         await connection.send(await message.bytes(), { kind: message.kind });
 *       }
 *     },
 *   }));
 * console.log(`listening on ws://localhost:${server.address.port}/`);
 * ```
 */
export async function upgradeWebSocket(
  request: HttpRequest,
  options: UpgradeWebSocketOptions,
): Promise<HttpResponse> {
  const answer = await answerHandshake(request, options);
  if (!isAccepted(answer)) {
    const { status, fields, reason } = answer;
    const type = ["Content-Type", "text/plain; charset=utf-8"] as const;
    return { status, fields: [...fields, type], body: reason + "\n" };
  }
  return request.takeOver(
    { status: 101, fields: answer.fields },
    (taken) => work(taken, answer, request, options),
  );
}

function isAccepted(answer: { readonly status: number }): answer is AcceptedHandshake {
  return answer.status === 101;
}

async function work(
  taken: TakenConnection,
  answer: AcceptedHandshake,
  request: HttpRequest,
  options: UpgradeWebSocketOptions,
): Promise<void> {
  const { socket, reader, draining } = taken;
  const { protocol, deflate } = answer;
  const received = reader.buffered;
  const connection = new WebSocketConnection(
    { socket, role: "server", received, protocol, deflate },
    options,
  );
  reader.consume(received.length);
  reader.release();
  const leave = () => void connection.close(1001, "the server is shutting down");
  if (draining.aborted) leave();
  else draining.addEventListener("abort", leave, { once: true });
  try {
    await options.handler(connection, request);
    await connection.close();
  } catch (error) {
    await connection.close(closeCodeOf(error), closeReasonOf(error));
    // The peer was told of these; anything else is a fault of the handler's own.
    if (!(error instanceof HeliographError)) throw error;
  } finally {
    draining.removeEventListener("abort", leave);
  }
}
