import { assert, assertEquals, assertThrows } from "@std/assert";
import { HttpError } from "../../../http/message/http_error.ts";
import { RequestHeadReader } from "../../../http/server/head_reader.ts";
import { SocketReader } from "../../../net/socket_reader.ts";

/** A reader whose source gives one piece of text with each read. */
function readerOf(...pieces: string[]): SocketReader {
  return new SocketReader({
    read: (target) => {
      const piece = pieces.shift();
      if (piece === undefined) return Promise.resolve(null);
      return Promise.resolve(new TextEncoder().encodeInto(piece, target).written);
    },
  });
}

const ONE = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n";
const TWO = "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";

Deno.test("RequestHeadReader.take() parses a head with the same bytes only once", async () => {
  const heads = new RequestHeadReader({});
  const reader = readerOf(ONE + ONE + TWO + ONE + ONE);
  await reader.fill();
  const taken = Array.from({ length: 5 }, () => heads.take(reader)!);
  assertEquals(taken.map((head) => head.path), ["/1", "/1", "/2", "/1", "/1"]);
  assert(taken[0] === taken[1]);
  assert(taken[3] === taken[4]);
  assert(taken[0] !== taken[3]);
  assertEquals(heads.take(reader), undefined);
});

Deno.test("RequestHeadReader.take() gives the same heads however the bytes are split", async () => {
  const text = ONE + ONE + "\r\n" + TWO + ONE;
  for (let length = 1; length < text.length; length++) {
    const pieces = text.match(new RegExp(`[^]{1,${length}}`, "g"))!;
    const reader = readerOf(...pieces);
    const heads = new RequestHeadReader({});
    const paths: string[] = [];
    do {
      for (let head; (head = heads.take(reader)) !== undefined;) paths.push(head.path);
    } while (await reader.fill());
    assertEquals(paths, ["/1", "/1", "/2", "/1"], `pieces of ${length}`);
  }
});

Deno.test("RequestHeadReader.take() does not take the beginning of a longer line for the last head", async () => {
  const heads = new RequestHeadReader({ requestLineBytes: 20 });
  const reader = readerOf(
    ONE,
    "GET /1 HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n",
    "GET /1".padEnd(40, "1"),
  );
  await reader.fill();
  const first = heads.take(reader)!;
  await reader.fill();
  const second = heads.take(reader)!;
  assertEquals([first.fields.has("a"), second.fields.has("a")], [false, true]);
  await reader.fill();
  assertThrows(() => heads.take(reader), HttpError, "the request line is longer than 20 bytes");
});
