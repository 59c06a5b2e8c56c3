/** The message core against noise: own errors only, nothing read behind the end, splits change nothing. */

import { assert, assertEquals } from "@std/assert";
import { FormatError, HeliographError, ProtocolError } from "../../../net/errors.ts";
import { ChunkedDecoder } from "../../../http/message/chunked.ts";
import { evaluateConditions } from "../../../http/fields/conditions.ts";
import { formatHttpDate, parseHttpDate } from "../../../http/message/date.ts";
import { HeaderFields } from "../../../http/message/header_fields.ts";
import { sniffImageType } from "../../../http/fields/image_type.ts";
import { encodeRequestHead } from "../../../http/message/encoder.ts";
import { decodeLatin1, encodeLatin1 } from "../../../http/message/octets.ts";
import { parseContentRange, parseRange, planMultipart } from "../../../http/fields/ranges.ts";
import { parseRequestHead, RequestHeadParser } from "../../../http/message/request_head.ts";
import { ResponseHeadParser } from "../../../http/message/response_head.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../support/random.ts";

const ROUNDS = fuzzRounds(10_000, 100_000);

const FIELDS = [
  "Host: a",
  "Host: [::1]:80",
  "Content-Length: 5",
  "Content-Length: 18446744073709551616",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Connection: close, upgrade",
  "Upgrade: websocket",
  "Expect: 100-continue",
  "X:",
  "X-Long: " + "v".repeat(200),
  " folded",
];
const REQUEST_LINES = [
  "GET / HTTP/1.1",
  "POST /a?b#c HTTP/1.0",
  "OPTIONS * HTTP/1.1",
  "CONNECT a:443 HTTP/1.1",
  "GET http://a:80/b HTTP/1.1",
  "PRI * HTTP/2.0",
  "",
];
const STATUS_LINES = ["HTTP/1.1 200 OK", "HTTP/1.0 304", "HTTP/1.1 100 Continue", "ICY 200 OK", ""];
const CHUNKS = [
  "5\r\nhello\r\n",
  '1;a="b;\\""\r\nx\r\n',
  "0\r\n",
  "\r\n",
  "A: b\r\n",
  "fffffffff\r\n",
  ";",
  "x",
];
const NOISE = [
  "\r",
  "\n",
  "\0",
  " ",
  "\t",
  ":",
  "\xff",
  "HTTP/1.1",
  "\x16\x03",
  ",",
  "%",
  "-",
  '"',
  "=",
];

/** Text of these parts, here and there changed by noise. */
function noisy(random: SeededRandom, parts: () => string[], end: string): string {
  let text = parts().map((part) => part + random.pick(["\r\n", "\r\n", "\r\n", "\n"])).join("") +
    end;
  for (let i = random.pick([0, 0, 0, 1, 1, 3]); i > 0; i--) {
    const at = random.integer(0, text.length);
    text = text.slice(0, at) + random.pick(NOISE) + text.slice(at + random.integer(0, 2));
  }
  return text;
}

/** Bytes in the middle of other memory, whose content must not matter. */
function within(random: SeededRandom, bytes: Uint8Array): { memory: Uint8Array; start: number } {
  const memory = random.bytes(bytes.length + 40);
  const start = random.integer(0, 40);
  memory.set(bytes, start);
  return { memory, start };
}

/** What a core makes of bytes, or how it refuses them: to be compared. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof HeliographError)) throw error;
    return `${error.name}: ${error.message}`;
  }
}

/** The parser's result, fed with ever more bytes, each time at another place in memory. */
function inPieces<T>(
  random: SeededRandom,
  bytes: Uint8Array,
  parse: (memory: Uint8Array, start: number, end: number) => T | undefined,
): T | undefined {
  for (let count = 0; count < bytes.length;) {
    count = Math.min(bytes.length, count + random.integer(1, 30));
    const { memory, start } = within(random, bytes.subarray(0, count));
    const result = parse(memory, start, start + count);
    if (result !== undefined) return result;
  }
  return undefined;
}

function plain(head: { fields: HeaderFields } | undefined): unknown {
  return head === undefined ? undefined : { ...head, fields: [...head.fields] };
}

Deno.test("RequestHeadParser against noise", async () => {
  let accepted = 0;
  await fuzz(ROUNDS, 9112, (random) => {
    const fields = () => Array.from({ length: random.integer(0, 5) }, () => random.pick(FIELDS));
    const text = noisy(random, () => [random.pick(REQUEST_LINES), "Host: a", ...fields()], "\r\n");
    const bytes = random.integer(0, 50) === 0 ? random.bytes(100) : encodeLatin1(text);
    const limits = random.pick([{}, { requestLineBytes: 20 }, { headBytes: 80 }, {
      fieldCount: 2,
    }]);
    const { memory, start } = within(random, bytes);
    const whole = outcome(() =>
      plain(parseRequestHead(memory, start, start + bytes.length, limits))
    );
    const parser = new RequestHeadParser(limits);
    const pieces = outcome(() =>
      plain(inPieces(random, bytes, (...args) => parser.parse(...args)))
    );
    assertEquals(pieces, whole, text);
    if (typeof whole === "object") accepted++;
  });
  assert(accepted > ROUNDS / 20, `only ${accepted} heads were accepted`);
});

Deno.test("ResponseHeadParser against noise", async () => {
  let accepted = 0;
  await fuzz(ROUNDS, 9113, (random) => {
    const fields = () => Array.from({ length: random.integer(0, 5) }, () => random.pick(FIELDS));
    const text = noisy(
      random,
      () => [random.pick(STATUS_LINES), ...fields()],
      random.pick(["\r\n", ""]),
    );
    const bytes = encodeLatin1(text);
    const options = random.pick([{}, { headBytes: 60 }, { fieldCount: 2 }, { method: "HEAD" }]);
    const ended = (parser: ResponseHeadParser, found: unknown) =>
      found ?? plain(parser.parse(bytes, 0, bytes.length, true));
    const whole = outcome(() => {
      const parser = new ResponseHeadParser(options);
      const { memory, start } = within(random, bytes);
      return ended(parser, plain(parser.parse(memory, start, start + bytes.length)));
    });
    const pieces = outcome(() => {
      const parser = new ResponseHeadParser(options);
      const found = inPieces(random, bytes, (...args) => parser.parse(...args));
      return ended(parser, plain(found));
    });
    assertEquals(pieces, whole, text);
    if (typeof whole === "object") accepted++;
  });
  assert(accepted > ROUNDS / 20, `only ${accepted} heads were accepted`);
});

Deno.test("ChunkedDecoder against noise", async () => {
  let accepted = 0;
  await fuzz(ROUNDS, 9114, (random) => {
    const chunks = () =>
      Array.from({ length: random.integer(0, 4) }, () => random.pick(CHUNKS.slice(0, 2)));
    let text = [...chunks(), "0\r\n", "\r\n"].join("");
    for (let i = random.pick([0, 1, 2]); i > 0; i--) {
      const at = random.integer(0, text.length);
      text = text.slice(0, at) + random.pick([...NOISE, ...CHUNKS]) + text.slice(at);
    }
    const bytes = encodeLatin1(text);
    const limits = random.pick([{}, { overheadBytes: 30 }, { trailerBytes: 8, trailerCount: 1 }]);
    const decode = (pieces: Uint8Array[]) =>
      outcome(() => {
        const decoder = new ChunkedDecoder(limits);
        let data = "";
        for (const piece of pieces) {
          for (const view of decoder.decode(piece)) data += decodeLatin1(view);
        }
        return [data, decoder.done, decoder.consumed, decoder.remaining, [...decoder.trailers]];
      });
    const whole = decode([bytes]);
    assertEquals(decode(random.split(bytes, 5)), whole, text);
    if (Array.isArray(whole) && whole[1]) accepted++;
  });
  assert(accepted > ROUNDS / 20, `only ${accepted} bodies were accepted`);
});

Deno.test("fields, conditions, ranges, dates and magic bytes against noise", async () => {
  const words = [
    "bytes=",
    "bytes ",
    "0",
    "9",
    "18446744073709551616",
    "-",
    ",",
    "*",
    "/",
    '"',
    "W/",
    "a",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    ...NOISE,
  ];
  await fuzz(ROUNDS, 9110, (random) => {
    let value = "";
    for (let i = random.integer(0, 8); i > 0; i--) value += random.pick(words);
    const size = random.pick([0, 1, 10, 2 ** 52]);
    const ranges = parseRange(value, size);
    if (typeof ranges !== "string") {
      const sorted = ranges.toSorted((a, b) => a.first - b.first);
      for (const [i, { first, last }] of sorted.entries()) {
        assert(first <= last && last < size && (i === 0 || first > sorted[i - 1]!.last), value);
      }
      planMultipart(ranges, size, "a/b", "c");
    }
    const content = parseContentRange(value);
    if (content?.range !== undefined) assert(content.range.first <= content.range.last, value);
    const date = parseHttpDate(value);
    if (date !== undefined) assertEquals(parseHttpDate(formatHttpDate(date)), date, value);
    sniffImageType(encodeLatin1(value));
    const names = [
      "If-Match",
      "If-None-Match",
      "If-Modified-Since",
      "If-Unmodified-Since",
      "If-Range",
      "Range",
    ];
    const fields = new HeaderFields();
    try {
      for (const name of names) fields.append(random.pick([name, value]), value);
    } catch (error) {
      assert(error instanceof FormatError, String(error));
    }
    evaluateConditions("GET", fields, { etag: '"a"', lastModified: 784_111_777_000 });
    // Whatever was accepted comes back as it was from a parser.
    fields.set("Host", "a");
    for (const name of ["content-length", "transfer-encoding"]) fields.delete(name);
    const bytes = encodeRequestHead("GET", "/", fields);
    assertEquals([...parseRequestHead(bytes)!.fields], [...fields]);
  });
});
