/**
 * Files that other programs have begun: which bytes of them are the server's.
 *
 * @module
 */

import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { discard, type HttpAnswer, type HttpRequest, readBody } from "../client/exchange.ts";
import { parseHttpDate } from "../message/date.ts";
import { factsOf, modifiedOf, refusal } from "./http_answer.ts";
import { joinPath } from "./parts/earlier_parts.ts";
import { type AskedRange, identityOf, judgeAnswer, type PartIdentity } from "./resume.ts";

/** Bytes of the beginning and of the end that are compared with the server's. */
export const COMPARED_BYTES = 65_536;

/** Milliseconds by which clocks and file systems may be off. */
const CLOCK_TOLERANCE = 2_000;

/** A file that was begun. */
export interface ForeignPart {
  /** The output folder and the name. */
  readonly folder: string;
  readonly name: string;
  readonly size: number;
  /** When it was written last, in milliseconds since 1970. */
  readonly modified: number;
}

/** What a file that was begun is. */
export interface ForeignVerdict {
  /** What it is a part of. */
  readonly identity: PartIdentity & { readonly length: number };
  /** Whether each of its bytes has been compared. */
  readonly certain: boolean;
}

/**
 * Finds out whether a file can be continued: its beginning and its end are the server's, the
 * server's file is not younger, and has a validator by which a change is noticed from now on.
 *
 * @param part The file.
 * @param url Where it comes from, for messages.
 * @param ask Asks the server for a part of its file.
 * @returns What it is a part of, or all of.
 * @throws {HeliographError} If it cannot be continued, and why; the file stays as it is.
 */
export async function judgeForeignPart(
  part: ForeignPart,
  url: string,
  ask: (fields: HttpRequest["fields"]) => Promise<HttpAnswer>,
): Promise<ForeignVerdict> {
  const path = joinPath(part.folder, part.name);
  const refuse = (why: string) =>
    new HeliographError(
      `Cannot continue ${path}: ${why}; --clobber fetches the whole`,
      { source: url },
    );
  if (exists(`${path}.aria2`)) {
    throw refuse("it is aria2's, which fetches pieces, not the beginning");
  }
  // A link would get the name of the part, and lead out of the folder.
  if (!Deno.lstatSync(path).isFile) throw refuse("it is a link");
  const certain = part.size <= 2 * COMPARED_BYTES;
  const ranges: (AskedRange & { last: number })[] = certain
    ? [{ first: 0, last: part.size - 1 }]
    : [{ first: part.size - COMPARED_BYTES, last: part.size - 1 }, {
      first: 0,
      last: COMPARED_BYTES - 1,
    }];
  let identity: PartIdentity = {};
  for (const range of ranges) {
    const validator = identity.etag ?? identity.lastModified;
    const answer = await ask([
      ["Range", `bytes=${range.first}-${range.last}`],
      ...(validator === undefined ? [] : [["If-Range", validator] as const]),
    ]);
    try {
      const facts = factsOf(answer, part.name);
      const verdict = judgeAnswer(range, identity, facts);
      const total = facts.contentRange?.size;
      if (verdict.kind === "refused") {
        await discard(answer);
        throw refusal(answer, verdict, url);
      }
      if (facts.status === 416) {
        throw refuse(`it has ${part.size} bytes, the server's ${total ?? "fewer"}`);
      }
      if (verdict.kind === "whole") throw refuse("the server sends whole files only");
      if (verdict.kind !== "part") {
        throw refuse(`the server answered ${verdict.kind === "complete" ? 416 : verdict.why}`);
      }
      if (total === undefined) throw refuse("the server does not tell the size of its file");
      if (verdict.length !== range.last - range.first + 1) {
        throw refuse(`it has ${part.size} bytes, the server's ${total}`);
      }
      const date = parseHttpDate(answer.fields.get("date") ?? "");
      const modified = modifiedOf(answer);
      if (validator === undefined) {
        identity = { ...identityOf(facts, date, modified), length: total };
        if (identity.etag === undefined && identity.lastModified === undefined) {
          throw refuse("the server tells nothing by which a change of its file would be noticed");
        }
      }
      // By the clock here: that of the server may be wrong.
      const skew = date === undefined ? 0 : Date.now() - date;
      if (modified !== undefined && modified + skew > part.modified + CLOCK_TOLERANCE) {
        throw refuse(
          `the server's file was changed at ${new Date(modified).toISOString()}, after this one ` +
            `was written (${new Date(part.modified).toISOString()})`,
        );
      }
      const theirs = await readBody(answer, verdict.length);
      const ours = readPart(path, range.first, verdict.length);
      const same = ours.every((byte, i) => byte === theirs[i]);
      if (!same) {
        throw refuse(`bytes ${range.first} to ${range.last} are others than the server's`);
      }
    } finally {
      answer.cancel();
    }
  }
  return { identity: identity as ForeignVerdict["identity"], certain };
}

function readPart(path: string, first: number, length: number): Uint8Array {
  try {
    using file = Deno.openSync(path, { read: true });
    file.seekSync(first, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const count = file.readSync(bytes.subarray(done));
      if (count === null) throw new HeliographError(`Cannot continue ${path}: it became shorter`);
      done += count;
    }
    return bytes;
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw fileError(error, "look at", path);
  }
}
