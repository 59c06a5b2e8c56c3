/** What stores say in their bodies: a page of a listing, or why there is none. */

import { ProtocolError } from "../../net/errors.ts";
import { ElementScanner, scanElements } from "./xml.ts";

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

/** Reads a page of ListObjectsV2 that comes in pieces, of which none is kept. */
export class ListingReader {
  #objects: { -readonly [Name in keyof ListedObject]: ListedObject[Name] }[] = [];
  #prefixes: string[] = [];
  readonly #outer: Record<string, string> = {};
  readonly #inner: { [name: string]: string | undefined } = {};
  readonly #scanner = new ElementScanner((path, content) => this.#take(path, content));
  #root = "";

  /**
   * Takes the next piece.
   *
   * @param text The piece.
   * @throws {ProtocolError} If it is of no page.
   */
  push(text: string): void {
    this.#scanner.push(text);
  }

  /**
   * Takes out what the page has listed so far, if that can be told yet: most stores say how keys
   * are encoded before the first of them.
   *
   * @returns Objects and prefixes that are not told of again; none at the end of the listing.
   */
  takeListed(): ListingPage | undefined {
    if (this.#outer["EncodingType"] === undefined) return undefined;
    if (this.#objects.length + this.#prefixes.length === 0) return undefined;
    return { ...this.#decoded(), next: undefined };
  }

  /**
   * Ends the page.
   *
   * @returns The page, or the error that it carries.
   * @throws {ProtocolError} If it is neither.
   */
  finish(): ListingPage | StoreError {
    this.#scanner.finish();
    const outer = this.#outer;
    if (this.#root === "Error") {
      const error = storeErrorOf(outer);
      if (error !== undefined) return error;
      throw listingError("an Error without a Code");
    }
    if (this.#root !== "ListBucketResult") {
      throw listingError(`'${this.#root.slice(0, 40)}', expected 'ListBucketResult'`);
    }
    const truncated = outer["IsTruncated"]?.trim() === "true";
    const next = truncated ? outer["NextContinuationToken"] : undefined;
    if (truncated && !next) throw listingError("a page that is not the last, without a token");
    return { ...this.#decoded(), next };
  }

  #decoded(): Omit<ListingPage, "next"> {
    // Stores that do not know encoding-type=url send plain text, and do not say so.
    const coded = this.#outer["EncodingType"]?.trim() === "url";
    const [objects, prefixes] = [this.#objects, this.#prefixes];
    this.#objects = [];
    this.#prefixes = [];
    // In their place: a bucket has millions of keys, and each copy is one more to collect.
    if (coded) { for (const object of objects) object.key = keyOf(object.key); }
    return { objects, prefixes: coded ? prefixes.map(keyOf) : prefixes };
  }

  #take(path: readonly string[], content: () => string): void {
    const inner = this.#inner;
    const [root, second, third] = path;
    this.#root = root!;
    if (path.length > 3 || second === undefined) return;
    if (root === "Error" && third === undefined) {
      this.#outer[second] = content();
      return;
    }
    if (root !== "ListBucketResult") return;
    if (third !== undefined) {
      if (INNER.has(third)) inner[third] = content();
    } else if (second === "Contents") {
      this.#objects.push(objectOf(inner));
      inner["Key"] = inner["Size"] = inner["LastModified"] = undefined;
    } else if (second === "CommonPrefixes") {
      if (inner["Prefix"] === undefined) throw listingError("CommonPrefixes without a Prefix");
      this.#prefixes.push(inner["Prefix"]);
      inner["Prefix"] = undefined;
    } else if (/^(?:IsTruncated|NextContinuationToken|EncodingType)$/.test(second)) {
      this.#outer[second] = content();
    }
  }
}

/** A part of an object that is being written. */
export interface ListedPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number | undefined;
}

/** What a store says about an object that is being written in parts. */
export interface UploadAnswer {
  /** The name of the element that holds it all. */
  readonly root: string;
  /** The upload, where one was begun. */
  readonly uploadId: string | undefined;
  /** Uploads that are there: ListMultipartUploads. */
  readonly uploads: readonly { readonly key: string; readonly id: string }[];
  /** Parts that are there: ListParts. */
  readonly parts: readonly ListedPart[];
  /** The number behind which further parts are listed. */
  readonly nextPart: string | undefined;
  /** Why the store refuses, even in an answer of status 200. */
  readonly error: StoreError | undefined;
}

/**
 * Reads what a store says about an upload in parts.
 *
 * @param text The body.
 * @throws {ProtocolError} If it is no document, or a part of it is not what it must be.
 */
export function parseUpload(text: string): UploadAnswer {
  const uploads: { key: string; id: string }[] = [];
  const parts: ListedPart[] = [];
  const outer: Record<string, string> = {};
  let inner: Record<string, string> = {};
  let root = "";
  scanElements(text, (path, content) => {
    root = path[0]!;
    const [, second, third] = path;
    if (path.length > 3 || second === undefined) return;
    if (third !== undefined) inner[third] = content();
    else if (second === "Upload") {
      uploads.push({ key: inner["Key"] ?? "", id: inner["UploadId"] ?? "" });
      inner = {};
    } else if (second === "Part") {
      const number = Number(inner["PartNumber"]?.trim());
      const size = Number(inner["Size"]?.trim());
      if (!Number.isInteger(number) || number < 1 || number > 10_000) {
        throw listingError("a Part without its number");
      }
      const etag = (inner["ETag"] ?? "").trim().replace(/^"|"$/g, "");
      parts.push({ number, etag, size: Number.isSafeInteger(size) ? size : undefined });
      inner = {};
    } else outer[second] = content();
  });
  const more = outer["IsTruncated"]?.trim() === "true";
  return {
    ...{ root, uploads, parts },
    uploadId: outer["UploadId"]?.trim(),
    nextPart: more ? outer["NextPartNumberMarker"]?.trim() : undefined,
    error: root === "Error" ? parseStoreError(text) : undefined,
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
    scanElements(text, ([root, name, deeper], content) => {
      if (root === "Error" && name !== undefined && deeper === undefined) found[name] = content();
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return undefined;
  }
  return storeErrorOf(found);
}

function storeErrorOf(found: Readonly<Record<string, string>>): StoreError | undefined {
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

/** What is taken of an entry. */
const INNER: ReadonlySet<string> = new Set(["Key", "Size", "LastModified", "Prefix"]);

function objectOf(found: { readonly [name: string]: string | undefined }): ListedObject {
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
  try {
    // Always, since what is decoded does not hold the page that it was a part of.
    return decodeURIComponent(coded.replaceAll("+", " "));
  } catch {
    throw listingError("a key that is no UTF-8, percent-encoded");
  }
}

function listingError(found: string): ProtocolError {
  return new ProtocolError(`Cannot read the listing: found ${found}`);
}
