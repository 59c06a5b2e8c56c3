/**
 * `s3://BUCKET/KEY`: text is taken as it stands, as every tool of object stores does, so that
 * a key may hold `?`, `#`, `+` and `%41`; in a URL object the same octets are percent-encoded.
 */

import { HeliographError } from "../../net/errors.ts";
import { keyOfUrl } from "../../net/text/shown_url.ts";

/** An object of a store, or with an empty or partial key the beginning of several. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/** The names that stores have given; not all of them may be names of hosts. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;

/** Whether a text begins as the URL of an object does. */
export function isS3Text(text: string): boolean {
  return /^s3:\/\//i.test(text);
}

/**
 * Reads the URL of an object from text.
 *
 * @param text `s3://BUCKET/KEY`.
 * @throws {HeliographError} If it names no bucket, or a key that no URL can carry.
 */
export function parseS3Text(text: string): S3Object {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/?([\s\S]*)$/i.exec(text) ?? [];
  return checked(bucket, key);
}

/**
 * What the URL of an object names.
 *
 * @param url A URL of the scheme s3.
 * @throws {HeliographError} If it names no bucket, or a key that no URL can carry.
 */
export function s3ObjectOf(url: URL): S3Object {
  if (url.username !== "" || url.password !== "" || url.port !== "") {
    throw new HeliographError(
      "Cannot read an s3: URL: found a user, a password or a port in it, expected s3://BUCKET/KEY",
    );
  }
  return checked(url.hostname, keyOfUrl(url));
}

/**
 * The URL of an object, with every octet encoded that could be mistaken.
 *
 * @param object Bucket and key.
 */
export function s3UrlOf({ bucket, key }: S3Object): URL {
  return new URL(`s3://${bucket}/${encodedKey(key)}`);
}

/**
 * A key as it stands in the path of a request: slashes stay, all octets but letters, digits
 * and `-._~` are encoded.
 *
 * @param key The key.
 */
export function encodedKey(key: string): string {
  return key.split("/").map((segment) =>
    encodeURIComponent(segment.toWellFormed())
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  ).join("/");
}

/**
 * An object as a person writes it.
 *
 * @param object Bucket and key.
 */
export function s3Text({ bucket, key }: S3Object): string {
  return `s3://${bucket}/${key}`;
}

/** Whether a key is a pattern: a star is what no one has in a name that is meant as it stands. */
export function isKeyPattern(key: string): boolean {
  return key.includes("*");
}

function checked(bucket: string, key: string): S3Object {
  const refused = (found: string) => {
    const shown = `s3://${bucket.replace(/^.*@/, "***@")}/${key}`.slice(0, 200);
    return new HeliographError(`Cannot read '${shown}': ${found}`);
  };
  if (!BUCKET.test(bucket)) {
    throw refused(
      bucket === ""
        ? "found no bucket, expected s3://BUCKET/KEY"
        : "that is no name of a bucket, expected s3://BUCKET/KEY",
    );
  }
  const dots = key.split("/").find((segment) => segment === "." || segment === "..");
  if (dots !== undefined) {
    throw refused(`its key has the segment '${dots}', which no URL can carry`);
  }
  return { bucket, key };
}
