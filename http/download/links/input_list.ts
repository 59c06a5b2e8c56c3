/**
 * Lists of what to fetch, one URL a line.
 *
 * @module
 */

import { FormatError } from "../../../net/errors.ts";
import { parseSum } from "../../fields/digest_fields.ts";

/** One entry of a list. */
export interface ListedUrl {
  /** The URL as it stands in the list. */
  readonly url: string;
  /** The file's name, from an `out=` line. */
  readonly name?: string | undefined;
  /** The SHA-256 of the file in hexadecimal, from a `checksum=sha-256=` line. */
  readonly sha256?: string | undefined;
  /** Another sum of the file, such as `md5=HEX`, from a `checksum=` line. */
  readonly checksum?: string | undefined;
  /** Where else the file is: further URLs in the line, behind tabs. */
  readonly mirrors?: readonly string[] | undefined;
}

/**
 * Reads a list: one file a line, empty lines and `# comments`, also behind a URL and a blank.
 *
 * As in the lists of aria2, several URLs of one file stand in a line with tabs between them, and
 * indented lines below say more about it: `out=NAME` names the file, `checksum=sha-256=HEX` its
 * digest (or `md5=`, `sha-1=`, `sha-512=`). Other options are refused rather than passed over.
 *
 * @param text The list, with or without a byte order mark.
 * @param source The list's name, for messages.
 * @returns Its entries in order.
 * @throws {FormatError} If a line is no URL and no known option.
 *
 * @example
 * ```ts
 * import { parseUrlList } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const list = parseUrlList("# HMI\nhttp://localhost/a?record=1\n  out=a.fits\n");
 * assertEquals(list, [{ url: "http://localhost/a?record=1", name: "a.fits" }]);
 * ```
 */
export function parseUrlList(text: string, source = "the list"): ListedUrl[] {
  const entries: {
    -readonly [Key in keyof ListedUrl]: ListedUrl[Key];
  }[] = [];
  for (const [i, line] of text.replace(/^\ufeff/, "").split(/\r\n?|\n/).entries()) {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    const indented = /^\s/.test(line);
    const option = indented ? /^([a-z-]+)=(.*)$/.exec(content) : null;
    if (option === null) {
      const urls = content.replace(/\s#.*$/, "").trimEnd().split(/\t+/).map((url) => url.trim());
      if (!urls.every((url) => /^[A-Za-z][A-Za-z0-9+.-]*:/.test(url))) {
        throw broken(source, i, content, "one URL, or several with tabs between, or a # comment");
      }
      const [url, ...mirrors] = urls as [string, ...string[]];
      entries.push(mirrors.length === 0 ? { url } : { url, mirrors });
      continue;
    }
    const entry = entries.at(-1);
    if (entry === undefined) throw broken(source, i, content, "a URL before its options");
    const digest = option[1] === "checksum" ? parseSum(option[2]!) : undefined;
    if (option[1] === "out" && option[2] !== "") entry.name = option[2]!;
    else if (digest?.algorithm === "sha256") entry.sha256 = digest.hex;
    else if (digest !== undefined) entry.checksum = `${digest.algorithm}=${digest.hex}`;
    else throw broken(source, i, content, "out=NAME or checksum=sha-256=HEX (md5, sha-1, sha-512)");
  }
  return entries;
}

function broken(source: string, index: number, found: string, expected: string): FormatError {
  return new FormatError(
    `Cannot read ${source}: line ${index + 1} is ${JSON.stringify(found.slice(0, 80))}, ` +
      `expected ${expected}`,
    { source },
  );
}
