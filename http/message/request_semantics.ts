import { parseContentLength, requireChunked } from "./framing.ts";
import { type HeaderFields, trimBlanks } from "./header_fields.ts";
import { HttpError } from "./http_error.ts";
import { quoted } from "./octets.ts";
import { encodeHighOctets, isAuthority, parseTarget, type TargetForm } from "./request_target.ts";

/** The head of a request: its first line and its fields, checked. */
export interface RequestHead {
  /** The method, such as `GET`; case-sensitive. */
  readonly method: string;
  /** The target as it came; octets above 127 percent-encoded. */
  readonly target: string;
  /** Which form the target has. */
  readonly form: TargetForm;
  /** The path, percent-encoded as it came; `*` for the asterisk form, empty for the authority form. */
  readonly path: string;
  /** What follows the question mark; undefined without one. */
  readonly query: string | undefined;
  /** Host and port that the request is for: of an absolute target, else of Host. */
  readonly host: string | undefined;
  /** The version; 1.2 and later count as 1.1 (RFC 9110 section 2.5). */
  readonly version: "1.0" | "1.1";
  /** The header fields. */
  readonly fields: HeaderFields;
  /**
   * Whether the client wants the connection to stay open after the answer. Where it
   * says nothing: if it speaks HTTP/1.1 and ends its lines with CR LF.
   */
  readonly keepAlive: boolean;
  /** Where the body ends; a request has no body that ends with the connection. */
  readonly framing: "none" | "length" | "chunked";
  /** Bytes of the body for the framing `length`, else 0. */
  readonly contentLength: number;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  readonly expectContinue: boolean;
  /** The protocols that the client would change to, as it wrote them. */
  readonly upgrade: readonly string[];
  /** Bytes of the head from where parsing began, empty lines before it included. */
  readonly headBytes: number;
}

/** Bits for the fields that decide about the message itself. */
export const SEEN = {
  HOST: 1,
  HOST_AGAIN: 2,
  CONTENT_LENGTH: 4,
  TRANSFER_ENCODING: 8,
  CONNECTION: 16,
  EXPECT: 32,
  UPGRADE: 64,
} as const;

/** A head whose lines are sound, before anyone has asked what they mean together. */
export interface SoundHead {
  /** The method, which is known. */
  readonly method: string;
  /** The target, one character for each octet. */
  readonly target: string;
  /** Whether the target has octets above 127. */
  readonly highOctets: boolean;
  /** The version. */
  readonly version: "1.0" | "1.1";
  /** Whether the request line ends in a bare line feed. */
  readonly bareFeed: boolean;
  /** The fields. */
  readonly fields: HeaderFields;
  /** The {@linkcode SEEN} bits of the fields. */
  readonly seen: number;
  /** Bytes of the head. */
  readonly headBytes: number;
}

const NO_UPGRADE: readonly string[] = [];

/**
 * Makes a request head of sound lines, after the checks that need all of them.
 *
 * @param head The lines.
 * @throws {HttpError} 400, 417 or 501 if they contradict each other or ask for
 * what is not known.
 */
export function requestHeadOf(head: SoundHead): RequestHead {
  const { method, version, fields, seen, headBytes } = head;
  const target = head.highOctets ? encodeHighOctets(head.target) : head.target;
  const { form, path, query, authority } = parseTarget(method, target);
  const host = hostOf(head, authority);
  let framing: RequestHead["framing"] = "none";
  let contentLength = 0;
  if ((seen & (SEEN.CONTENT_LENGTH | SEEN.TRANSFER_ENCODING)) !== 0) {
    const length = bodyLength(fields, version);
    framing = length < 0 ? "chunked" : "length";
    contentLength = Math.max(0, length);
  }
  const expectContinue = (seen & SEEN.EXPECT) !== 0 && expectsContinue(fields, version) &&
    (framing === "chunked" || contentLength > 0);
  const options = (seen & SEEN.CONNECTION) === 0 ? "" : fields.get("connection")!.toLowerCase();
  return {
    method,
    target,
    form,
    path,
    query,
    host,
    version,
    fields,
    keepAlive: staysOpen(options, head),
    framing,
    contentLength,
    expectContinue,
    upgrade: (seen & SEEN.UPGRADE) === 0 ? NO_UPGRADE : upgradeOf(options, head),
    headBytes,
  };
}

/** The host that the request is for; Host is checked even where the target wins (3.2). */
function hostOf(
  { seen, version, fields }: SoundHead,
  authority: string | undefined,
): string | undefined {
  if ((seen & SEEN.HOST_AGAIN) !== 0) {
    throw new HttpError(400, "more than one Host field, expected one");
  }
  if ((seen & SEEN.HOST) === 0) {
    if (version === "1.1") throw new HttpError(400, "no Host field, expected one");
    return authority;
  }
  const host = fields.get("host")!;
  if (!isAuthority(host, false)) {
    throw new HttpError(400, `the Host field is ${quoted(host)}, expected HOST or HOST:PORT`);
  }
  return authority ?? host;
}

/** Whether the connection may go on (RFC 9112 section 9.3). */
function staysOpen(options: string, { version, bareFeed }: SoundHead): boolean {
  // Who ends lines with a bare line feed is a program that writes by hand, such
  // as IDL with printf: it asks once, and some read until the server closes.
  const usual = version === "1.1" && !bareFeed;
  if (options === "") return usual;
  if (options === "keep-alive") return true;
  const all = tokens(options);
  return !all.includes("close") && (usual || all.includes("keep-alive"));
}

/**
 * The protocols of Upgrade. One that Connection does not name was not meant for
 * this hop, and HTTP/1.0 has none (RFC 9110 section 7.8).
 */
function upgradeOf(options: string, { version, fields }: SoundHead): readonly string[] {
  return version === "1.1" && tokens(options).includes("upgrade")
    ? fields.list("upgrade")
    : NO_UPGRADE;
}

function tokens(options: string): string[] {
  return options.split(",").map(trimBlanks);
}

/** Bytes of the body; -1 for the chunked coding (RFC 9112 section 6.3). */
function bodyLength(fields: HeaderFields, version: string): number {
  const codings = fields.getAll("transfer-encoding");
  const lengths = fields.getAll("content-length");
  if (codings.length === 0) return parseContentLength(lengths);
  if (lengths.length > 0) {
    // The classic of request smuggling: two programs that choose differently.
    throw new HttpError(400, "both Transfer-Encoding and Content-Length, expected one");
  }
  if (version === "1.0") {
    throw new HttpError(400, "Transfer-Encoding in a request of HTTP/1.0, which has none");
  }
  requireChunked(codings);
  return -1;
}

/** Whether 100 Continue is expected; HTTP/1.0 cannot expect it (RFC 9110 section 10.1.1). */
function expectsContinue(fields: HeaderFields, version: string): boolean {
  if (version === "1.0") return false;
  const expectation = fields.get("expect")!;
  if (expectation.toLowerCase() === "100-continue") return true;
  throw new HttpError(417, `the expectation ${quoted(expectation)} is not known`);
}
