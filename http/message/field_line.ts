import { trimBlanks } from "./header_fields.ts";
import { HttpError } from "./http_error.ts";
import { consistsOf, FIELD_VALUE, quoted, TOKEN } from "./octets.ts";

/**
 * Reads one field line (RFC 9112 section 5).
 *
 * @param line The line without its end.
 * @returns Name and value, blanks around the value dropped.
 * @throws {HttpError} 400 if it is none: no colon, a blank before the colon, a
 * line that continues the one before, a control character.
 */
export function parseFieldLine(line: string): [name: string, value: string] {
  if (line.startsWith(" ") || line.startsWith("\t")) {
    // Obsolete line folding, or white space behind the start line: one program
    // takes the line for a part of the one before, another for a field (5.2).
    throw new HttpError(400, `a header line begins with a blank: ${quoted(line)}`);
  }
  const colon = line.indexOf(":");
  if (colon < 0) {
    throw new HttpError(400, `the header line ${quoted(line)} has no colon, expected NAME: VALUE`);
  }
  const name = line.slice(0, colon);
  if (name.endsWith(" ") || name.endsWith("\t")) {
    // "Content-Length : 5" has been read in two ways by two programs (5.1).
    throw new HttpError(400, `the header line ${quoted(line)} has a blank before its colon`);
  }
  if (!consistsOf(name, TOKEN)) {
    throw new HttpError(400, `${quoted(name)} is not the name of a header field`);
  }
  const value = trimBlanks(line.slice(colon + 1));
  if (value !== "" && !consistsOf(value, FIELD_VALUE)) {
    throw new HttpError(400, `the header field ${name} has a control character in its value`);
  }
  return [name, value];
}

/**
 * Says what is wrong with a field line that the parser could not take.
 *
 * @param line The line without its end.
 * @throws {HttpError} 400, always.
 */
export function refuseFieldLine(line: string): never {
  const [name] = parseFieldLine(line);
  throw new HttpError(400, `the header field ${name} cannot be read`);
}
