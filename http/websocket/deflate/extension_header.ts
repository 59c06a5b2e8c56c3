/** The field Sec-WebSocket-Extensions (RFC 6455 section 9.1), read and written. */

import { ProtocolError } from "../../../net/errors.ts";

/** One extension with its parameters; those without a value are `true`. */
export interface Extension {
  /** The name, such as `permessage-deflate`. */
  readonly name: string;
  /** The parameters in their order; a name may come twice, which is for the reader to refuse. */
  readonly parameters: readonly (readonly [name: string, value: string | true])[];
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const BLANKS = /[ \t]*/y;

/** Extensions that are read at most, and parameters of each: a peer decides what is in the field. */
const MAX_EXTENSIONS = 32;
const MAX_PARAMETERS = 32;

/**
 * Reads a list of extensions.
 *
 * @param value The value of the field, several lines joined with commas.
 * @returns The extensions in the order of the field.
 * @throws {ProtocolError} If it does not follow the grammar of RFC 6455 section 9.1.
 */
export function parseExtensions(value: string): Extension[] {
  const scanner = new Scanner(value);
  const extensions: Extension[] = [];
  while (!scanner.ended) {
    if (scanner.skip(",")) continue;
    const name = scanner.token();
    const parameters: [string, string | true][] = [];
    while (scanner.skip(";")) {
      const parameter = scanner.token();
      parameters.push([parameter.toLowerCase(), scanner.skip("=") ? scanner.value() : true]);
      if (parameters.length > MAX_PARAMETERS) throw scanner.wrong("fewer parameters");
    }
    extensions.push({ name, parameters });
    if (extensions.length > MAX_EXTENSIONS) throw scanner.wrong("fewer extensions");
    if (!scanner.ended && !scanner.skip(",")) throw scanner.wrong("a comma");
  }
  return extensions;
}

/**
 * Writes a list of extensions.
 *
 * @param extensions The extensions, whose values are tokens.
 * @returns The value of the field.
 */
export function formatExtensions(extensions: readonly Extension[]): string {
  return extensions.map(({ name, parameters }) =>
    [name, ...parameters.map(([key, value]) => value === true ? key : `${key}=${value}`)]
      .join("; ")
  ).join(", ");
}

class Scanner {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
    this.#match(BLANKS);
  }

  get ended(): boolean {
    return this.#at === this.text.length;
  }

  skip(character: string): boolean {
    if (this.text[this.#at] !== character) return false;
    this.#at++;
    this.#match(BLANKS);
    return true;
  }

  token(): string {
    const match = this.#match(TOKEN);
    if (match === null) throw this.wrong("a token");
    this.#match(BLANKS);
    return match[0];
  }

  /** A token, or a quoted string whose content is one. */
  value(): string {
    const match = this.#match(QUOTED);
    if (match === null) return this.token();
    const content = match[1]!.replace(/\\(.)/g, "$1");
    TOKEN.lastIndex = 0;
    if (TOKEN.exec(content)?.[0] !== content) throw this.wrong("a token in quotes");
    this.#match(BLANKS);
    return content;
  }

  wrong(expected: string): ProtocolError {
    return new ProtocolError(
      `Cannot read Sec-WebSocket-Extensions: '${this.text.slice(this.#at, this.#at + 20)}' ` +
        `at character ${this.#at}, expected ${expected}`,
    );
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }
}
