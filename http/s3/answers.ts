/** What stores say in their bodies: a page of a listing, or why there is none. */

import { ProtocolError } from "../../net/errors.ts";
import { percentDecoded } from "../fields/data_url.ts";
import { scanElements } from "./xml.ts";

/** An object of a listing. */
export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number | undefined;
  /** ISO 8601 in UTC. */
  readonly modified: string | undefined;
}

/** A page of a listing. */
export interface ListingPage {
  readonly objects: readonly ListedObject[];
  /** What the keys begin with that are not listed one by one; each ends in the delimiter. */
  readonly prefixes: readonly string[];
  /** What asks for the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Why a store refuses. */
export interface StoreError {
  readonly code: string;
  readonly message: string;
  /** The region that the bucket is in, where that is why. */
  readonly region: string | undefined;
  /** The time of the request and of the store's clock, where they differ too much. */
  readonly times: readonly [request: string, server: string] | undefined;
}

/**
 * Reads a page of ListObjectsV2.
 *
 * @param text The body of a 200.
 * @returns The page, or the error that it carries.
 * @throws {ProtocolError} If it is neither.
 */
export function parseListing(text: string): ListingPage | StoreError {
  const objects: ListedObject[] = [];
  const prefixes: string[] = [];
  const outer: Record<string, string> = {};
  let inner: Record<string, string> = {};
  let root = "";
  scanElements(text, (path, value) => {
    const [first, second, third, deeper] = path.split("/");
    root = first!;
    if (root !== "ListBucketResult" || deeper !== undefined || second === undefined) return;
    if (third !== undefined) inner[third] = value;
    else if (second === "Contents") {
      objects.push(objectOf(inner));
      inner = {};
    } else if (second === "CommonPrefixes") {
      if (inner["Prefix"] === undefined) throw listingError("CommonPrefixes without a Prefix");
      prefixes.push(inner["Prefix"]);
      inner = {};
    } else if (/^(?:IsTruncated|NextContinuationToken|EncodingType)$/.test(second)) {
      outer[second] = value;
    }
  });
  if (root === "Error") return parseStoreError(text)!;
  if (root !== "ListBucketResult") {
    throw listingError(`'${root.slice(0, 40)}', expected 'ListBucketResult'`);
  }
  const truncated = outer["IsTruncated"]?.trim() === "true";
  const next = truncated ? outer["NextContinuationToken"] : undefined;
  if (truncated && !next) throw listingError("a page that is not the last, without a token");
  // Stores that do not know encoding-type=url send plain text, and do not say so.
  const coded = outer["EncodingType"]?.trim() === "url";
  return {
    objects: coded ? objects.map((object) => ({ ...object, key: keyOf(object.key) })) : objects,
    prefixes: coded ? prefixes.map(keyOf) : prefixes,
    next,
  };
}

/**
 * Reads why a store refuses.
 *
 * @param text The body.
 * @returns Code and message; undefined if it says nothing of the kind.
 */
export function parseStoreError(text: string): StoreError | undefined {
  const found: Record<string, string> = {};
  try {
    scanElements(text, (path, value) => {
      const [root, name, deeper] = path.split("/");
      if (root === "Error" && name !== undefined && deeper === undefined) found[name] = value;
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return undefined;
  }
  const { Code, Message = "", Region, RequestTime, ServerTime } = found;
  if (Code === undefined) return undefined;
  return {
    code: Code.trim(),
    // It stands within a sentence of ours.
    message: Message.trim().replace(/\.$/, ""),
    region: Region?.trim(),
    times: RequestTime === undefined || ServerTime === undefined
      ? undefined
      : [RequestTime.trim(), ServerTime.trim()],
  };
}

function objectOf(found: Readonly<Record<string, string>>): ListedObject {
  const { Key, Size = "", LastModified = "" } = found;
  if (Key === undefined || Key === "") throw listingError("Contents without a Key");
  const size = Number(Size.trim());
  const modified = LastModified.trim();
  return {
    key: Key,
    size: /^\d{1,16}$/.test(Size.trim()) && Number.isSafeInteger(size) ? size : undefined,
    modified: /^\d{4}-\d\d-\d\dT[\d:.]{5,18}Z?$/.test(modified) ? modified : undefined,
  };
}

/** In these answers a blank is a plus, and a plus is `%2B`. */
function keyOf(coded: string): string {
  const plain = coded.replaceAll("+", " ");
  if (!plain.includes("%")) return plain;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(percentDecoded(plain));
  } catch {
    throw listingError("a key that is no UTF-8");
  }
}

function listingError(found: string): ProtocolError {
  return new ProtocolError(`Cannot read the listing: found ${found}`);
}
