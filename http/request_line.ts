import { HttpError } from "./http_error.ts";
import { consistsOf, quoted, TARGET, TOKEN } from "./octets.ts";

/**
 * Says what is wrong with a request line that the parser could not take.
 *
 * The line is refused even where a guess would be possible: a blank in a target
 * or a tab between the words is read differently by different programs (RFC 9112
 * section 3).
 *
 * @param line The line without its end.
 * @throws {HttpError} Always: 505 for another version than 1.x, else 400.
 */
export function refuseRequestLine(line: string): never {
  const words = line.split(" ");
  const version = words.at(-1)!;
  const number = /^HTTP\/([0-9])\.[0-9]$/.exec(version);
  if (number !== null && number[1] !== "1" && words.length > 2) {
    throw new HttpError(505, `the version is ${version}, expected HTTP/1.1`);
  }
  if (line.includes("\r")) {
    throw new HttpError(400, `the request line ${quoted(line)} has a carriage return in it`);
  }
  if (number === null || words.length !== 3) {
    throw new HttpError(
      400,
      `the request line is ${quoted(line)}, expected METHOD TARGET HTTP/1.1`,
    );
  }
  const [method = "", target = ""] = words;
  if (!consistsOf(method, TOKEN)) throw new HttpError(400, `${quoted(method)} is not a method`);
  if (target.includes("#")) {
    throw new HttpError(400, `the target ${quoted(target)} has a fragment, which is never sent`);
  }
  if (!consistsOf(target, TARGET)) {
    throw new HttpError(400, `the target ${quoted(target)} is empty or has a control character`);
  }
  throw new HttpError(400, `the request line is ${quoted(line)}, expected METHOD TARGET HTTP/1.1`);
}
