/**
 * AWS Signature Version 4 on text: what is signed are the octets that are sent, so that no
 * URL object stands between the two. Hashes come from outside.
 *
 * Source: "Signature Version 4 for API requests" of the AWS IAM user guide, and
 * "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference.
 *
 * @module
 */

/** Who signs. */
export interface S3Credentials {
  /** The name of the key, which is sent. */
  readonly accessKeyId: string;
  /** The key, which never is. */
  readonly secretAccessKey: string;
  /** What comes with a key that is valid for hours only. */
  readonly sessionToken?: string | undefined;
}

/** The two functions that a signature needs. */
export interface SigningHashes {
  /** SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
  sha256(text: string): string;
  /** HMAC-SHA-256 of a text in UTF-8. */
  hmac(key: string | Uint8Array, text: string): Uint8Array;
}

/** A request as it will be sent, but for its signature. */
export interface UnsignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Every field that is signed, `Host` among them. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** SHA-256 of the body in hexadecimal, or {@linkcode UNSIGNED_PAYLOAD}. */
  readonly payload: string;
}

/** With what, for what and when a request is signed. */
export interface SigningContext {
  readonly credentials: S3Credentials;
  readonly region: string;
  readonly service: string;
  readonly time: Date;
  readonly hashes: SigningHashes;
  /**
   * Whether dots and empty segments are taken out of the path. S3 has keys with both,
   * other services have not.
   *
   * @default {false}
   */
  readonly normalize?: boolean | undefined;
}

/** Stands for the digest of a body that is not signed. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/** SHA-256 of no body. */
export const EMPTY_PAYLOAD = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * Signs a request by header fields.
 *
 * @param request The request.
 * @param context Keys, region and time.
 * @returns The fields that must be sent besides those of the request.
 */
export function signByFields(
  request: UnsignedRequest,
  context: SigningContext,
): [name: string, value: string][] {
  const { sessionToken, accessKeyId } = context.credentials;
  const added: [string, string][] = [["X-Amz-Date", timestamp(context.time)]];
  if (sessionToken !== undefined) added.push(["X-Amz-Security-Token", sessionToken]);
  const signed = { ...request, fields: [...request.fields, ...added] };
  const signature = signatureOf(canonicalRequest(signed, context.normalize), context);
  added.push([
    "Authorization",
    `${ALGORITHM} Credential=${accessKeyId}/${scopeOf(context)}, ` +
    `SignedHeaders=${fieldNames(signed.fields)}, Signature=${signature}`,
  ]);
  return added;
}

/**
 * Signs a request by its query: a URL that anyone who has it may use for a while.
 *
 * @param request The request.
 * @param context Keys, region and time.
 * @param expires Seconds for which it is valid.
 * @returns Path and query, to be kept as secret as a key.
 */
export function signByQuery(
  request: UnsignedRequest,
  context: SigningContext,
  expires: number,
): string {
  const { sessionToken, accessKeyId } = context.credentials;
  const parameters: [string, string][] = [
    ["X-Amz-Algorithm", ALGORITHM],
    ["X-Amz-Credential", `${accessKeyId}/${scopeOf(context)}`],
    ["X-Amz-Date", timestamp(context.time)],
    ["X-Amz-Expires", String(expires)],
    ["X-Amz-SignedHeaders", fieldNames(request.fields)],
  ];
  if (sessionToken !== undefined) parameters.push(["X-Amz-Security-Token", sessionToken]);
  const target = request.target + (request.target.includes("?") ? "&" : "?") +
    queryOf(parameters);
  const canonical = canonicalRequest({ ...request, target }, context.normalize);
  return `${target}&X-Amz-Signature=${signatureOf(canonical, context)}`;
}

/**
 * A query of parameters, each octet that could mean something encoded.
 *
 * @param parameters Names and values as they are meant.
 */
export function queryOf(parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters.map(([name, value]) => `${encodeOctets(name)}=${encodeOctets(value)}`)
    .join("&");
}

/**
 * Encodes all octets but letters, digits and `-._~` (RFC 3986, section 2.3).
 *
 * @param text The text, or its octets.
 * @param kept Further characters that stay.
 */
export function encodeOctets(text: string | Uint8Array, kept = ""): string {
  const octets = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let encoded = "";
  for (const octet of octets) {
    const char = String.fromCharCode(octet);
    encoded += /[A-Za-z0-9\-._~]/.test(char) || kept.includes(char)
      ? char
      : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/**
 * What of a request is signed, in the one form that both sides agree upon.
 *
 * @param request The request, with all fields that are signed.
 * @param normalize Whether dots and empty segments are taken out of the path.
 */
export function canonicalRequest(request: UnsignedRequest, normalize = false): string {
  const { method, target, fields, payload } = request;
  const [path, query] = cutAt(target, "?");
  const byName = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const values = byName.get(key);
    const trimmed = value.trim().replace(/\s+/g, " ");
    if (values === undefined) byName.set(key, [trimmed]);
    else values.push(trimmed);
  }
  const lines = [...byName].sort(byCode).map(([name, values]) => `${name}:${values.join(",")}\n`);
  return [
    method,
    canonicalPath(path, normalize),
    canonicalQuery(query),
    lines.join(""),
    fieldNames(fields),
    payload,
  ].join("\n");
}

function canonicalPath(path: string, normalize: boolean): string {
  let segments = path.split("/");
  if (normalize) {
    const kept: string[] = [];
    for (const segment of segments) {
      if (segment === "..") kept.pop();
      else if (segment !== "" && segment !== ".") kept.push(segment);
    }
    const folder = /(?:^|\/)\.{0,2}$/.test(path) && kept.length > 0;
    segments = ["", ...kept, ...(folder ? [""] : [])];
  }
  return segments.map(encodedOnce).join("/") || "/";
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query.split("&")
    .map((parameter) => cutAt(parameter, "=").map(encodedOnce) as [string, string])
    .sort((one, other) => byCode(one, other) || byCode([one[1]], [other[1]]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** A text that may be encoded already: `%24` and `$` are one octet. */
function encodedOnce(text: string): string {
  const octets: number[] = [];
  for (const [part] of text.matchAll(/%[0-9A-Fa-f]{2}|[^%]+|%/g)) {
    if (part.length === 3 && part.startsWith("%")) octets.push(parseInt(part.slice(1), 16));
    else octets.push(...new TextEncoder().encode(part));
  }
  return encodeOctets(Uint8Array.from(octets));
}

function cutAt(text: string, separator: string): [before: string, behind: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** The order of code units, in which no language has a say. */
function byCode([one]: readonly [string, ...unknown[]], [other]: readonly [string, ...unknown[]]) {
  return one < other ? -1 : one > other ? 1 : 0;
}

function fieldNames(fields: UnsignedRequest["fields"]): string {
  return [...new Set(fields.map(([name]) => name.toLowerCase()))].sort().join(";");
}

function signatureOf(canonical: string, context: SigningContext): string {
  const { credentials, region, service, time, hashes } = context;
  const day = timestamp(time).slice(0, 8);
  let key = hashes.hmac(`AWS4${credentials.secretAccessKey}`, day);
  for (const part of [region, service, "aws4_request"]) key = hashes.hmac(key, part);
  const text = [ALGORITHM, timestamp(time), scopeOf(context), hashes.sha256(canonical)].join("\n");
  return hashes.hmac(key, text).toHex();
}

function scopeOf({ time, region, service }: SigningContext): string {
  return `${timestamp(time).slice(0, 8)}/${region}/${service}/aws4_request`;
}

/** ISO 8601 in its basic form, whole seconds, UTC. */
function timestamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}
