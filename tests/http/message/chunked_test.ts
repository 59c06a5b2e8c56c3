import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  ChunkedDecoder,
  type ChunkedLimits,
  encodeChunkSize,
  encodeLastChunk,
} from "../../../http/message/chunked.ts";
import { HeaderFields } from "../../../http/message/header_fields.ts";
import { HttpError } from "../../../http/message/http_error.ts";
import { decodeLatin1, encodeLatin1 } from "../../../http/message/octets.ts";

interface Outcome {
  data: string;
  consumed: number;
  done: boolean;
  trailers: [string, string][];
}

function decode(text: string, pieceLength: number, limits?: ChunkedLimits): Outcome {
  const bytes = encodeLatin1(text);
  const decoder = new ChunkedDecoder(limits);
  let data = "";
  for (let at = 0; at < bytes.length && !decoder.done; at += pieceLength) {
    for (const view of decoder.decode(bytes.subarray(at, at + pieceLength))) {
      data += decodeLatin1(view);
    }
  }
  const { consumed, done } = decoder;
  return { data, consumed, done, trailers: [...decoder.trailers] };
}

Deno.test("ChunkedDecoder gives data, trailers and the end, however the bytes are split", () => {
  const cases: [coded: string, data: string, trailers: [string, string][]][] = [
    ["0\r\n\r\n", "", []],
    ["5\r\nhello\r\n0\r\n\r\n", "hello", []],
    ["5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n", "hello world", []],
    ["A\r\nhelloworld\r\n0\r\n\r\n", "helloworld", []],
    ["0000000000000000000000a\r\nhelloworld\r\n0\r\n\r\n", "helloworld", []],
    ["5;ext=value\r\nhello\r\n0;last\r\n\r\n", "hello", []],
    ['5;a="x; \\"y\\\\";b ;c=d\r\nhello\r\n0\r\n\r\n', "hello", []],
    ["5 ;a\r\nhello\r\n0\r\n\r\n", "hello", []],
    ["2\r\n\r\n\r\n0\r\nX-Sum: 7\r\nY:\r\n\r\n", "\r\n", [["X-Sum", "7"], ["Y", ""]]],
    ["1\r\na\r\n0\r\nContent-Length: 50\r\n\r\n", "a", [["Content-Length", "50"]]],
  ];
  for (const [coded, data, trailers] of cases.filter(([, data], i) => data !== "" || i === 0)) {
    const expected = { data, consumed: coded.length, done: true, trailers };
    for (const length of [1, 2, 3, 7, 1000]) {
      assertEquals(decode(coded + "GET / HTTP/1.1", length), expected, coded);
    }
  }
});

Deno.test("ChunkedDecoder refuses a broken coding, however the bytes are split", () => {
  const cases: [status: number, coded: string][] = [
    [400, "\r\n"],
    [400, " 5\r\nhello"],
    [400, "5 \r\nhello"],
    [400, "+5\r\nhello"],
    [400, "-1\r\nhello"],
    [400, "0x5\r\nhello"],
    [400, "1_0\r\nhello"],
    [400, "g\r\n"],
    [400, "5\nhello\r\n"],
    [400, "5\r\rhello\r\n"],
    [400, "5;\r\nhello"],
    [400, "5; \r\nhello"],
    [400, "5;a=\r\nhello"],
    [400, "5;bad[=x\r\nhello"],
    [400, '5;a="x\r\nhello'],
    [400, '5;a="x\\\r\nhello'],
    [400, '5;a="x"y\r\nhello'],
    [400, "5;a=b c\r\nhello"],
    [400, "5;a b\r\nhello"],
    [400, "5;a\nhello"],
    [400, "5\r\nhello0\r\n\r\n"],
    [400, "5\r\nhello\n0\r\n\r\n"],
    [400, "5\r\nhello\r0\r\n\r\n"],
    [400, "5\r\nhello!!\r\n0\r\n\r\n"],
    [400, "FFFFFFFFFFFFFFFF0\r\nhello"],
    [400, "20000000000000\r\n"],
    [400, "0\r\n\n"],
    [400, "0\r\nA: b\n\r\n"],
    [400, "0\r\nA b\r\n\r\n"],
    [400, "0\r\nA : b\r\n\r\n"],
    [400, "0\r\n A: b\r\n\r\n"],
    [400, "0\r\nA: b\rc\r\n\r\n"],
    [431, "0\r\nA: " + "b".repeat(20_000)],
    [431, "0\r\n" + "A: b\r\n".repeat(101)],
    [400, "5;" + "a".repeat(20_000)],
    [400, "0".repeat(20_000)],
    [400, `1;${"a".repeat(60)}\r\nx\r\n`.repeat(1000)],
  ];
  for (const [status, coded] of cases) {
    const messages = [1, 5, 100_000].map((length) => {
      const error = assertThrows(() => decode(coded, length), HttpError, undefined, coded);
      assertEquals(error.status, status, coded);
      return error.message;
    });
    assertEquals(new Set(messages).size, 1, coded);
  }
});

Deno.test("ChunkedDecoder allows many small chunks and extensions that data justifies", () => {
  const small = "1\r\nx\r\n".repeat(50_000) + "0\r\n\r\n";
  assertEquals(decode(small, 1000).data.length, 50_000);
  const signed = `200;signature=${"f".repeat(64)}\r\n${"x".repeat(512)}\r\n`.repeat(1000);
  assertEquals(decode(signed + "0\r\n\r\n", 4096).data.length, 512_000);
});

Deno.test("ChunkedDecoder lets data go past it, straight to where it belongs", () => {
  const decoder = new ChunkedDecoder();
  assertEquals(decoder.advance(encodeLatin1("fffff\r\n")), 7);
  assertEquals(decoder.remaining, 0xfffff);
  decoder.take(0xffffe);
  assertEquals([decoder.remaining, decoder.done], [1, false]);
  assertThrows(() => decoder.take(2), RangeError, "1 are left");
  decoder.take(1);
  assertEquals(decoder.remaining, 0);
  assertEquals(decoder.advance(encodeLatin1("..\r\n0\r\n\r\nrest"), 2, 9), 9);
  assertEquals([decoder.done, decoder.consumed], [true, 7 + 0xfffff + 7]);
});

Deno.test("ChunkedDecoder gives views, not copies", () => {
  const bytes = encodeLatin1("3\r\nsun\r\n0\r\n\r\n");
  const [view] = [...new ChunkedDecoder().decode(bytes)];
  assert(view!.buffer === bytes.buffer && view!.byteOffset === 3);
});

Deno.test("the chunk encoder writes what the decoder reads", () => {
  const coded = decodeLatin1(encodeChunkSize(300)) + "x".repeat(300) + "\r\n" +
    decodeLatin1(encodeLastChunk(new HeaderFields({ A: "b" })));
  assertEquals(coded.slice(0, 5), "12c\r\n");
  assertEquals(decode(coded, 11), {
    data: "x".repeat(300),
    consumed: coded.length,
    done: true,
    trailers: [["A", "b"]],
  });
  assertEquals(decodeLatin1(encodeLastChunk()), "0\r\n\r\n");
  for (const length of [0, -1, 1.5, NaN]) assertThrows(() => encodeChunkSize(length), RangeError);
});

Deno.test("ChunkedDecoder passes over what leaves the sizes certain, where it is told to", () => {
  const cases: [text: string, strict: RegExp][] = [
    ["3\nsun\n0\n\n", /in the size line/],
    ["3 \r\nsun\r\n0\r\n\r\n", /behind the size/],
    ["3;=\x01\r\nsun\r\n0 x\r\n\r\n", /in a chunk extension/],
    ["3\r\nsun\n0\r\n\r\n", /behind the data/],
    ["3\r\nsun\r\n0\r\nno field\r\nA: b\n\n", /has no colon/],
  ];
  for (const [text, strict] of cases) {
    const bytes = encodeLatin1(text);
    const refused = assertThrows(() => [...new ChunkedDecoder().decode(bytes)], HttpError);
    assertMatch(refused.message, strict);
    const decoder = new ChunkedDecoder({ tolerant: true });
    const pieces = [...bytes].flatMap((byte) =>
      [...decoder.decode(Uint8Array.of(byte))].map(String)
    );
    assertEquals([pieces.join(), decoder.done], ["115,117,110", true], text);
  }
});

Deno.test("ChunkedDecoder says when all of the data has come", () => {
  const decoder = new ChunkedDecoder();
  const states = [..."1\r\na\r\n0\r\n\r\n"].map((char) => {
    [...decoder.decode(encodeLatin1(char))];
    return [decoder.dataDone, decoder.done].map(Number).join("");
  });
  assertEquals(states.join(" "), "00 00 00 00 00 00 00 00 10 10 11");
});
