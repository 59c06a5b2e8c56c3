/** Broken requests, given to the message core and to the parser of Node: no two readings of one body. */

import { assert, assertEquals } from "@std/assert";
import { ChunkedDecoder } from "../../http/message/chunked.ts";
import { HttpError } from "../../http/message/http_error.ts";
import { encodeLatin1 } from "../../http/message/octets.ts";
import { RequestHeadParser } from "../../http/message/request_head.ts";
import { SeededRandom } from "../support/random.ts";

const ROUNDS = 50_000;
const REQUEST_LINES = [
  "GET / HTTP/1.1",
  "POST /a?b HTTP/1.1",
  "PUT http://a:80/b HTTP/1.1",
  "POST / HTTP/1.0",
];
const FIELDS = [
  "Content-Length: 5",
  "Content-Length: 05",
  "Content-Length:5 ",
  "content-length:\t5",
  "Transfer-Encoding: chunked",
  "transfer-encoding:chunked ",
  "Transfer-Encoding: gzip, chunked",
  "Connection: close",
  "X:",
  "X-Y:  b  ",
];
const BODIES = ["hello", "5\r\nhello\r\n0\r\n\r\n", "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n", ""];
const NOISE = [...'\r\n\0 \t:\xff,;="0a\x7f\x0b-+_'];

/** A request that is changed in a place or two. */
function brokenRequest(seed: number): string {
  const random = new SeededRandom(seed);
  const fields = Array.from({ length: random.integer(0, 3) }, () => random.pick(FIELDS));
  const lines = [random.pick(REQUEST_LINES), "Host: a", ...fields];
  let text = lines.map((line) => line + "\r\n").join("") + "\r\n" + random.pick(BODIES);
  for (let i = random.pick([0, 1, 1, 2]); i > 0; i--) {
    const at = random.integer(0, text.length);
    text = text.slice(0, at) + random.pick(NOISE) + text.slice(at + random.integer(0, 1));
  }
  return text;
}

/** Bytes of the body; -1 if the request is refused, -2 if it is not complete. */
function ourReading(text: string): number {
  const bytes = encodeLatin1(text);
  try {
    const head = new RequestHeadParser().parse(bytes, 0, bytes.length);
    if (head === undefined) return -2;
    if (head.framing !== "chunked") {
      return bytes.length - head.headBytes >= head.contentLength ? head.contentLength : -2;
    }
    const decoder = new ChunkedDecoder();
    let length = 0;
    for (const piece of decoder.decode(bytes.subarray(head.headBytes))) length += piece.length;
    return decoder.done ? length : -2;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return -1;
  }
}

/** The same for Node, which reads the requests as JSON and writes the numbers as JSON. */
const NODE_PROGRAM = `
const { HTTPParser } = process.binding("http_parser");
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => {
  const parser = new HTTPParser();
  let length = 0;
  let done = false;
  parser.initialize(HTTPParser.REQUEST, {});
  parser[HTTPParser.kOnHeaders] = () => {};
  parser[HTTPParser.kOnHeadersComplete] = () => 0;
  parser[HTTPParser.kOnBody] = (bytes, start, count) => {
    if (!done) length += count ?? bytes.length;
  };
  parser[HTTPParser.kOnMessageComplete] = () => { done = true; };
  const result = parser.execute(Buffer.from(text, "latin1"));
  return done ? length : result instanceof Error ? -1 : -2;
})));
`;

async function readingsOfNode(texts: readonly string[]): Promise<number[]> {
  const node = new Deno.Command("node", {
    args: ["--no-deprecation", "-e", NODE_PROGRAM],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = node.output();
  await new Blob([JSON.stringify(texts)]).stream().pipeTo(node.stdin);
  return JSON.parse(new TextDecoder().decode((await output).stdout));
}

Deno.test("what the message core and llhttp both accept has one length", async () => {
  const texts = Array.from({ length: ROUNDS }, (_, seed) => brokenRequest(seed));
  const theirs = await readingsOfNode(texts);
  let both = 0;
  for (const [seed, text] of texts.entries()) {
    const ours = ourReading(text);
    if (ours < 0 || theirs[seed]! < 0) continue;
    both++;
    assertEquals(ours, theirs[seed], `seed ${seed}: ${JSON.stringify(text)}`);
  }
  assert(both > ROUNDS / 10, `only ${both} requests were accepted by both`);
});

Deno.test("what llhttp refuses and the core accepts is what VERDICTS.md or an RFC allows", async () => {
  const texts = Array.from({ length: ROUNDS }, (_, seed) => brokenRequest(seed));
  const theirs = await readingsOfNode(texts);
  const unexplained = texts.filter((text, seed) => {
    if (theirs[seed] !== -1 || ourReading(text) < 0) return false;
    const head = text.slice(0, /\r?\n\r?\n/.exec(text)?.index);
    const bareFeed = /(^|[^\r])\n/.test(text.slice(0, head.length + 4));
    // Raw octets in a target are encoded; a blank may be a tab (RFC 9110 section 5.6.3);
    // blanks around the marks of a chunk extension are to be read (RFC 9112 section 7.1.1).
    const blankInExtension = /\n3[^\r\n]* [^\r\n]*\r\n/.test(text);
    return !bareFeed && !/^[^\n]*\xff/.test(head) && !/\t/.test(text) && !blankInExtension;
  });
  assertEquals(unexplained, []);
});
