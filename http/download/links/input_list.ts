/**
 * Lists of what to fetch, one URL a line.
 *
 * @module
 */

import { FormatError } from "../../../net/errors.ts";

/** One entry of a list. */
export interface ListedUrl {
  /** The URL as it stands in the list. */
  readonly url: string;
  /** The file's name, from an `out=` line. */
  readonly name?: string | undefined;
  /** The SHA-256 of the file in hexadecimal, from a `checksum=sha-256=` line. */
  readonly sha256?: string | undefined;
}

/**
 * Reads a list: one URL a line, empty lines and `# comments`, also behind a URL and a blank.
 *
 * Indented lines below a URL say more about it, as in the lists of aria2:
 * `out=NAME` names the file, `checksum=sha-256=HEX` its digest. Other options are
 * refused rather than passed over.
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
  const entries: { url: string; name?: string | undefined; sha256?: string | undefined }[] = [];
  for (const [i, line] of text.replace(/^\ufeff/, "").split(/\r\n?|\n/).entries()) {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    const indented = /^\s/.test(line);
    const option = indented ? /^([a-z-]+)=(.*)$/.exec(content) : null;
    if (option === null) {
      const url = content.replace(/\s+#.*$/, "");
      // Of a URL a tab would be dropped: two of them would become one that no one wrote.
      if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^\t]*$/.test(url)) {
        throw broken(source, i, content, "one URL or a # comment");
      }
      entries.push({ url });
      continue;
    }
    const entry = entries.at(-1);
    if (entry === undefined) throw broken(source, i, content, "a URL before its options");
    const digest = /^sha-?256=([0-9a-f]{64})$/i.exec(option[2]!);
    if (option[1] === "out" && option[2] !== "") entry.name = option[2]!;
    else if (option[1] === "checksum" && digest !== null) entry.sha256 = digest[1]!.toLowerCase();
    else throw broken(source, i, content, "out=NAME or checksum=sha-256=HEX");
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
