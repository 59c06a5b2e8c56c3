import { shownUrl } from "../../net/text/shown_url.ts";
import type { StandardStreams } from "./streams.ts";

/**
 * Streams that print a URL of the command line as it may be shown: whatever names it, in a
 * result, a message or a stack, its password and its signed query stay out of logs.
 *
 * @param streams The streams.
 * @param args The command line.
 * @returns The streams themselves where no word has a secret, as nearly always.
 */
export function concealed(streams: StandardStreams, args: readonly string[]): StandardStreams {
  const words = new Map<string, string>();
  for (const word of args) {
    const [text] = /[a-z][a-z0-9+.-]*:\/\/.*$/is.exec(word) ?? [];
    const url = text === undefined ? null : URL.parse(text);
    if (url === null || url.protocol === "s3:") continue;
    const shown = shownUrl(url);
    if (shown !== url.href) words.set(text!, shown).set(url.href, shown);
  }
  if (words.size === 0) return streams;
  const conceal = (line: string) => {
    let text = line;
    for (const [word, shown] of words) text = text.replaceAll(word, shown);
    return text;
  };
  return {
    print: (line) => streams.print(conceal(line)),
    write: (bytes) => streams.write(bytes),
    error: (line) => streams.error(conceal(line)),
  };
}
