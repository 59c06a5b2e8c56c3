import { assertEquals, assertThrows } from "@std/assert";
import { Base64Decoder } from "../../../../http/websocket/base64/decoder.ts";
import { Base64Encoder } from "../../../../http/websocket/base64/encoder.ts";
import { FormatError } from "../../../../net/errors.ts";
import { fuzz, fuzzRounds } from "../../../support/random.ts";

const encoder = new TextEncoder();

function decodePieces(pieces: Iterable<Uint8Array>): Uint8Array {
  const decoder = new Base64Decoder();
  const bytes: number[] = [];
  for (const piece of pieces) bytes.push(...decoder.decode(piece));
  return new Uint8Array([...bytes, ...decoder.finish()]);
}

const decodeText = (text: string) => decodePieces([encoder.encode(text)]);

Deno.test("Base64Decoder decodes the vectors of RFC 4648 section 10, padded or not", () => {
  const vectors: [text: string, base64: string][] = [
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ];
  for (const [text, base64] of vectors) {
    for (const form of [base64, base64.replaceAll("=", ""), `data:image/png;base64,${base64}\n`]) {
      assertEquals(new TextDecoder().decode(decodeText(form)), text, form);
    }
  }
});

Deno.test("Base64Decoder says what is wrong, and at which character", () => {
  const cases: [base64: string, at: number, message: string][] = [
    ["A", 1, "ends within a group of four"],
    ["QUJDQQ=", 7, "ends within a group of four"],
    ["AB=C", 3, "'C' within the padding"],
    ["A===", 1, "padding where there is nothing to pad"],
    ["QUJD=", 4, "padding where there is nothing to pad"],
    ["QQ==QQ==", 4, "'Q' after the padding"],
    ["QR==", 3, "bits that stand for nothing"],
    ["QUF=", 3, "bits that stand for nothing"],
    ["QR", 2, "bits that stand for nothing"],
    ["QU-D", 2, "the character '-'"],
    ["QUJD\u00e9", 4, "the byte 0xc3"],
    ["\u0000", 0, "the byte 0x00"],
    ["data:,QUJD", 5, "not marked ';base64'"],
    ["data:;base64", 12, "ends before its comma"],
    ["data:" + "x".repeat(300), 256, "no comma within 256 characters"],
  ];
  for (const [base64, at, message] of cases) {
    for (const size of [1, 3, 1_000]) {
      const bytes = encoder.encode(base64);
      const pieces: Uint8Array[] = [];
      for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.subarray(i, i + size));
      const error = assertThrows(() => decodePieces(pieces), FormatError, message, base64);
      assertEquals(error.offset, at, `${base64} in pieces of ${size}`);
    }
  }
});

Deno.test("Base64Decoder takes data that begins like a data URL", () => {
  for (const text of ["data", "dA==", "dataABCD", "datQ", "  data"]) {
    assertEquals(decodeText(text), Uint8Array.fromBase64(text.trim()), text);
  }
});

Deno.test("Base64Decoder and Base64Encoder give the same bytes however they are split", async () => {
  await fuzz(fuzzRounds(2_000, 20_000), 1, (random) => {
    const bytes = random.bytes(random.integer(0, random.pick([7, 300, 3_000])));
    const base64 = new Base64Encoder();
    let text = "";
    for (const piece of random.split(bytes, random.pick([3, 70, 5_000]))) {
      const target = new Uint8Array(Base64Encoder.room(piece.length));
      text += new TextDecoder().decode(target.subarray(0, base64.encodeInto(piece, target)));
    }
    const target = new Uint8Array(4);
    text += new TextDecoder().decode(target.subarray(0, base64.finishInto(target)));
    assertEquals(text, bytes.toBase64());
    const folded = random.next() < 0.5
      ? text
      : text.replace(/.{1,76}/g, (line) => line + random.pick(["\n", "\r\n", " "]));
    const pieces = random.split(encoder.encode(folded), random.pick([3, 70, 5_000]));
    assertEquals(decodePieces(pieces).toHex(), bytes.toHex());
  });
});

Deno.test("Base64Decoder refuses exactly what the strict native decoder refuses", async () => {
  await fuzz(fuzzRounds(5_000, 50_000), 1, (random) => {
    let text = "";
    const length = random.integer(1, 12);
    for (let i = 0; i < length; i++) {
      text += random.pick(["A", "Q", "g", "/", "=", "=", " ", "w", "!"]);
    }
    let expected: string | undefined;
    try {
      // Strict wants padding, which may be left out here.
      const significant = text.replaceAll(/\s/g, "");
      const padded = significant.includes("=")
        ? text
        : text.padEnd(text.length + (4 - significant.length % 4) % 4, "=");
      expected = Uint8Array.fromBase64(padded, { lastChunkHandling: "strict" }).toHex();
    } catch {
      expected = undefined;
    }
    let found: string | undefined;
    try {
      found = decodePieces(random.split(encoder.encode(text), 5)).toHex();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
    assertEquals(found, expected, text);
  });
});
