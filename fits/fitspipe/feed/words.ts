/** The grammar of the protocol's lines: `command argument=value ...` (wiki). A core without sockets. */

import { ProtocolError } from "../../../net/errors.ts";

/** The parts of a line between blanks; double quotes keep blanks together (wiki). */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (const char of line) {
    if (char === '"') {
      quoted = !quoted;
      word ??= "";
    } else if (!quoted && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quoted) throw new ProtocolError("a double quote is not closed");
  if (word !== undefined) words.push(word);
  return words;
}

/** The values of `NAME=VALUE` tokens by their names. */
export function parsePairs(tokens: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const token of tokens) {
    const at = token.indexOf("=");
    if (at <= 0) throw new ProtocolError(`expected NAME=VALUE, found '${clip(token)}'`);
    const key = token.slice(0, at);
    if (values.has(key)) throw new ProtocolError(`'${clip(key)}' is given twice`);
    values.set(key, token.slice(at + 1));
  }
  return values;
}

/** What a stranger sent, short enough for a message, with nothing that moves a terminal's cursor. */
export function clip(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, "?");
  return plain.length > 24 ? plain.slice(0, 21) + "..." : plain;
}
