/** The opening handshake (RFC 6455 sections 4.1 and 4.2), for both ends, without a socket. */

import { isOwnOrigin } from "../fields/own_names.ts";
import { ProtocolError } from "../../net/errors.ts";
import { canCompress } from "./deflate/stream.ts";
import { type Extension, formatExtensions, parseExtensions } from "./deflate/extension_header.ts";
import {
  acceptDeflate,
  type CompressionOptions,
  confirmDeflate,
  type NegotiatedDeflate,
  offerDeflate,
  PERMESSAGE_DEFLATE,
} from "./deflate/permessage.ts";

/** The value that every key is joined with (RFC 6455 section 1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A list of header fields, as `HeaderFields` and `Headers` are. */
export interface FieldReader {
  /** The value of a field, several lines joined with commas; nothing if there is none. */
  get(name: string): string | null | undefined;
}

/** The head of a client's request, as far as the handshake needs it. */
export interface UpgradeRequest {
  /** The method. */
  readonly method: string;
  /** The version of HTTP. */
  readonly version: "1.0" | "1.1";
  /** The header fields. */
  readonly fields: FieldReader;
}

/** What a server accepts. */
export interface HandshakePolicy {
  /**
   * Origins of pages that may connect, such as `https://example.org`; `*` allows
   * every page. Pages of the same host and port, and clients that are no
   * browsers and send no Origin, always may.
   */
  readonly origins?: readonly string[] | undefined;
  /** The subprotocols that the server speaks, the preferred one first. */
  readonly protocols?: readonly string[] | undefined;
  /** How messages are compressed if the client can; `false` for never. */
  readonly compression?: CompressionOptions | false | undefined;
}

/** A handshake that succeeds. */
export interface AcceptedHandshake {
  /** 101. */
  readonly status: 101;
  /** The fields of the response. */
  readonly fields: readonly [name: string, value: string][];
  /** The subprotocol that was chosen; empty for none. */
  readonly protocol: string;
  /** How messages are compressed, if they are. */
  readonly deflate: NegotiatedDeflate | undefined;
}

/** A handshake that fails. */
export interface RefusedHandshake {
  /** The status: 400, 403, 405 or 426. */
  readonly status: number;
  /** The fields of the response. */
  readonly fields: readonly [name: string, value: string][];
  /** Why, in words, for the body. */
  readonly reason: string;
}

/**
 * Decides on a client's handshake.
 *
 * @param request The request's head.
 * @param policy Who may connect, subprotocols and compression.
 * @returns The response, accepted or refused.
 */
export async function answerHandshake(
  request: UpgradeRequest,
  policy: HandshakePolicy,
): Promise<AcceptedHandshake | RefusedHandshake> {
  const { fields } = request;
  const field = (name: string): string => fields.get(name) ?? "";
  if (request.method !== "GET") {
    return refuse(405, "A WebSocket begins with the method GET", [["Allow", "GET"]]);
  }
  if (request.version === "1.0" || field("host") === "") {
    return refuse(400, "A WebSocket begins with a request of HTTP/1.1 that has the field Host");
  }
  if (!hasToken(field("upgrade"), "websocket") || !hasToken(field("connection"), "upgrade")) {
    return refuse(426, "This address speaks WebSocket", [
      ["Upgrade", "websocket"],
      ["Connection", "Upgrade"],
    ]);
  }
  if (field("sec-websocket-version").trim() !== "13") {
    return refuse(426, "This server speaks version 13 of WebSocket", [
      ["Upgrade", "websocket"],
      ["Connection", "Upgrade"],
      ["Sec-WebSocket-Version", "13"],
    ]);
  }
  const key = field("sec-websocket-key").trim();
  if (!KEY.test(key)) return refuse(400, "Sec-WebSocket-Key is not 16 bytes in Base64");
  if (!isOwnOrigin(field("origin"), field("host"), policy.origins ?? [])) {
    return refuse(403, "Pages of this origin may not connect");
  }
  let offers: Extension[];
  try {
    offers = parseExtensions(field("sec-websocket-extensions"));
  } catch (error) {
    if (error instanceof ProtocolError) return refuse(400, error.message);
    throw error;
  }
  const deflate = policy.compression === false || !canCompress()
    ? undefined
    : acceptDeflate(offers, policy.compression ?? {});
  const protocol = chooseProtocol(field("sec-websocket-protocol"), policy.protocols ?? []);
  const answer: [string, string][] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Accept", await acceptKey(key)],
  ];
  if (protocol !== "") answer.push(["Sec-WebSocket-Protocol", protocol]);
  if (deflate !== undefined) {
    answer.push(["Sec-WebSocket-Extensions", formatExtensions([deflate.response])]);
  }
  return { status: 101, fields: answer, protocol, deflate: deflate?.agreed };
}

function refuse(
  status: number,
  reason: string,
  fields: readonly [string, string][] = [],
): RefusedHandshake {
  return { status, reason, fields };
}

/** Whether a comma-separated list has a token, in any case. */
function hasToken(list: string, token: string): boolean {
  return list.toLowerCase().split(",").some((element) => element.trim() === token);
}

/** The first of the server's subprotocols that the client offers. */
function chooseProtocol(offered: string, spoken: readonly string[]): string {
  const names = offered.split(",").map((name) => name.trim());
  return spoken.find((name) => names.includes(name)) ?? "";
}

/**
 * The proof that a server has read a key (RFC 6455 section 4.2.2).
 *
 * @param key The value of Sec-WebSocket-Key.
 * @returns The value of Sec-WebSocket-Accept.
 */
export async function acceptKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return new Uint8Array(digest).toBase64();
}

/** What a client asks for. */
export interface HandshakeWishes {
  /** The subprotocols that the client speaks, the preferred one first. */
  readonly protocols?: readonly string[] | undefined;
  /** How messages are compressed if the server can; `false` for never. */
  readonly compression?: CompressionOptions | false | undefined;
}

/**
 * The fields of a client's handshake.
 *
 * @param key 16 random bytes in Base64: {@linkcode newHandshakeKey}.
 * @param wishes Subprotocols and compression.
 * @returns The fields that are the handshake's own, without Host.
 */
export function handshakeFields(
  key: string,
  wishes: HandshakeWishes,
): [name: string, value: string][] {
  const fields: [string, string][] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Key", key],
    ["Sec-WebSocket-Version", "13"],
  ];
  const { protocols = [], compression = {} } = wishes;
  for (const [i, protocol] of protocols.entries()) {
    if (!TOKEN.test(protocol) || protocols.indexOf(protocol) !== i) {
      throw new ProtocolError(
        `Cannot ask for the subprotocol '${protocol}': expected different tokens`,
      );
    }
  }
  if (protocols.length > 0) fields.push(["Sec-WebSocket-Protocol", protocols.join(", ")]);
  if (compression !== false && canCompress()) {
    fields.push(["Sec-WebSocket-Extensions", formatExtensions([offerDeflate(compression)])]);
  }
  return fields;
}

/** 16 random bytes in Base64, for one handshake. */
export function newHandshakeKey(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toBase64();
}

/** What a server's response means. */
export interface ConfirmedHandshake {
  /** The subprotocol that the server chose; empty for none. */
  readonly protocol: string;
  /** How messages are compressed, if they are. */
  readonly deflate: NegotiatedDeflate | undefined;
}

/**
 * Checks a server's 101 response (RFC 6455 section 4.1).
 *
 * @param fields The fields of the response.
 * @param key The key that was sent.
 * @param wishes What was asked for.
 * @returns What both ends agreed on.
 * @throws {ProtocolError} If the response does not prove that the server speaks
 * WebSocket, or agrees to what was not asked for.
 */
export async function confirmHandshake(
  fields: FieldReader,
  key: string,
  wishes: HandshakeWishes,
): Promise<ConfirmedHandshake> {
  const field = (name: string): string => fields.get(name) ?? "";
  if (!hasToken(field("upgrade"), "websocket")) {
    throw unconfirmed(`Upgrade is '${field("upgrade")}', expected websocket`);
  }
  if (!hasToken(field("connection"), "upgrade")) {
    throw unconfirmed(`Connection is '${field("connection")}', expected Upgrade`);
  }
  if (field("sec-websocket-accept").trim() !== await acceptKey(key)) {
    throw unconfirmed("Sec-WebSocket-Accept does not belong to the key that was sent");
  }
  const protocol = field("sec-websocket-protocol").trim();
  if (protocol !== "" && !(wishes.protocols ?? []).includes(protocol)) {
    throw unconfirmed(`the subprotocol '${protocol}' was not asked for`);
  }
  const { compression = {} } = wishes;
  const extensions = parseExtensions(field("sec-websocket-extensions"));
  const [extension, second] = extensions;
  if (extension === undefined) return { protocol, deflate: undefined };
  if (compression === false || second !== undefined || extension.name !== PERMESSAGE_DEFLATE) {
    throw unconfirmed(`the extensions '${formatExtensions(extensions)}' were not asked for`);
  }
  return { protocol, deflate: confirmDeflate(extension, compression) };
}

function unconfirmed(found: string): ProtocolError {
  return new ProtocolError(`Cannot open a WebSocket: in the server's response, ${found}`);
}
