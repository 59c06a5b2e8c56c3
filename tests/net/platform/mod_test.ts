/** One table of cases for every platform: Deno's and Node's, and that of browsers. */

import zlib from "node:zlib";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { FormatError, LimitError } from "../../../net/errors.ts";
import { browserPlatform } from "../../../net/platform/browser.ts";
import { platform } from "../../../net/platform/mod.ts";
import type { DeflateFormat, Platform } from "../../../net/platform/needs.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../support/random.ts";

const PLATFORMS: readonly [name: string, Platform][] = [
  ["Deno", platform],
  ["browser", browserPlatform],
];
const FORMATS = ["gzip", "zlib", "raw"] as const;
const PACK = { gzip: zlib.gzipSync, zlib: zlib.deflateSync, raw: zlib.deflateRawSync };
const UNPACK = { gzip: zlib.gunzipSync, zlib: zlib.inflateSync, raw: zlib.inflateRawSync };

function packed(bytes: Uint8Array, format: DeflateFormat, options: zlib.ZlibOptions = {}) {
  return new Uint8Array(PACK[format](bytes, options));
}

function unpacked(bytes: Uint8Array, format: DeflateFormat): Uint8Array {
  return new Uint8Array(UNPACK[format](bytes));
}

/** Bytes of every kind that codecs meet: noise, few values, repeats, zeros, a bell curve. */
function material(random: SeededRandom, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const kind = random.integer(0, 4);
  for (let i = 0; i < length && kind < 4; i++) {
    if (kind === 0) bytes[i] = random.integer(0, 255);
    else if (kind === 1) bytes[i] = random.integer(0, 3);
    else if (kind === 2) bytes[i] = 20 * (random.next() + random.next() + random.next());
    else if (i < 40 || random.integer(0, 9) === 0) bytes[i] = random.integer(0, 255);
    else bytes[i] = bytes[i - random.integer(1, 40)]!;
  }
  return bytes;
}

function lengthOf(random: SeededRandom): number {
  return random.integer(0, random.pick([3, 40, 300, 5000, 70_000]));
}

Deno.test("Deno takes its own platform", () => {
  assert(platform !== browserPlatform);
});

for (const [name, { decodeLatin1, encodeLatin1Into, isUtf8, crc32 }] of PLATFORMS) {
  Deno.test(`${name}: Latin-1 has one character for each octet, in both directions`, () => {
    const octets = Uint8Array.from({ length: 20_000 }, (_, i) => i);
    const text = decodeLatin1(octets, 3, 19_000);
    assertEquals(text.length, 18_997);
    for (let i = 0; i < text.length; i++) assertEquals(text.charCodeAt(i), (i + 3) & 255);
    const target = new Uint8Array(18_999);
    encodeLatin1Into(text, target, 1);
    assertEquals(target.subarray(1, -1), octets.subarray(3, 19_000));
    assertEquals([target[0], target.at(-1)], [0, 0]);
    assertEquals(decodeLatin1(new Uint8Array([0xef, 0xbb, 0xbf, 65]), 0, 4), "\xef\xbb\xbfA");
    assertEquals(decodeLatin1(new Uint8Array([0xc3, 0xa4]), 0, 2), "\xc3\xa4");
    assertEquals(decodeLatin1(octets, 5, 5), "");
  });

  Deno.test(`${name}: isUtf8() tells valid UTF-8`, () => {
    const cases: [bytes: number[], valid: boolean][] = [
      [[], true],
      [[0x41, 0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x8c, 0x9e], true],
      [[0xef, 0xbb, 0xbf], true],
      [[0xc3], false],
      [[0x80], false],
      [[0xed, 0xa0, 0x80], false],
      [[0xf4, 0x90, 0x80, 0x80], false],
    ];
    for (const [bytes, valid] of cases) {
      assertEquals(isUtf8(new Uint8Array(bytes)), valid, String(bytes));
    }
  });

  Deno.test(`${name}: crc32() goes on from what came before`, () => {
    const bytes = new TextEncoder().encode("123456789");
    assertEquals(crc32(bytes), 0xcbf43926);
    for (let cut = 0; cut <= 9; cut++) {
      assertEquals(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut))), 0xcbf43926);
    }
  });
}

for (const [name, { inflateSync, deflateSync }] of PLATFORMS) {
  Deno.test(`${name}: inflateSync() inflates what zlib deflates`, async () => {
    await fuzz(fuzzRounds(60, 2_000), 1, (random) => {
      const bytes = material(random, lengthOf(random));
      for (const format of FORMATS) {
        const stream = packed(bytes, format, {
          level: random.integer(0, 9),
          strategy: random.integer(0, 4),
          windowBits: random.integer(9, 15),
        });
        const expected = random.pick([bytes.length, 0, 1e9, bytes.length + random.integer(-2, 2)]);
        assertEquals(inflateSync(stream, expected, bytes.length, { format }), bytes);
      }
    });
  });

  Deno.test(`${name}: deflateSync() deflates what zlib inflates`, async () => {
    await fuzz(fuzzRounds(60, 2_000), 2, (random) => {
      const bytes = material(random, lengthOf(random));
      for (const format of FORMATS) {
        const level = random.integer(0, 9);
        assertEquals(unpacked(deflateSync(bytes, { format, level }), format), bytes);
      }
    });
  });

  Deno.test(`${name}: deflateSync() finds repeats and leaves noise as it is`, () => {
    const zeros = new Uint8Array(1_000_000);
    assert(deflateSync(zeros, { format: "raw" }).length < 2_000);
    let seed = 1;
    const noise = zeros.map(() => (seed = Math.imul(seed, 48271) >>> 0) >>> 16);
    assert(deflateSync(noise, { format: "raw" }).length < 1_000_500);
  });

  Deno.test(`${name}: open streams are laid end to end`, () => {
    const first = new TextEncoder().encode("sun ".repeat(50));
    for (const level of [0, 6]) {
      const open = deflateSync(first, { format: "raw", level, open: true });
      const last = deflateSync(first.subarray(0, 9), { format: "raw", level });
      const whole = unpacked(new Uint8Array([...open, ...last]), "raw");
      assertEquals(whole, new Uint8Array([...first, ...first.subarray(0, 9)]));
    }
  });

  Deno.test(`${name}: inflateSync() gives no more than the limit`, () => {
    const bytes = new Uint8Array(100_000);
    for (const format of FORMATS) {
      const stream = packed(bytes, format);
      assertEquals(inflateSync(stream, 10, 100_000, { format }).length, 100_000);
      for (const limit of [0, 1, 99_999]) {
        for (const expected of [0, limit, 100_000]) {
          assertThrows(
            () => inflateSync(stream, expected, limit, { format }),
            LimitError,
            `Cannot inflate: found more than the limit of ${limit} bytes`,
          );
        }
      }
    }
  });

  Deno.test(`${name}: a stream that breaks off is an error, or what there is of it`, async () => {
    await fuzz(fuzzRounds(60, 2_000), 3, (random) => {
      const bytes = material(random, random.integer(1, 5_000));
      for (const format of FORMATS) {
        const stream = packed(bytes, format, { level: random.integer(0, 9) });
        const cut = stream.subarray(0, random.integer(0, stream.length - 1));
        assertThrows(
          () => inflateSync(cut, bytes.length, 10_000, { format }),
          FormatError,
          "Cannot inflate: unexpected end of file",
        );
        const part = inflateSync(cut, bytes.length, 10_000, { format, truncated: true });
        assertEquals(part, bytes.slice(0, part.length));
      }
    });
  });

  Deno.test(`${name}: members of gzip are one stream; zeros may follow, nothing else`, () => {
    const gzip = packed(new Uint8Array([1, 2]), "gzip");
    const cases: [behind: ArrayLike<number>, given: number[] | string][] = [
      [gzip, [1, 2, 1, 2]],
      [[0, 0, 0], [1, 2]],
      [[0, 0x1f, 0x8b], [1, 2]],
      [[0x50, 0x4b, ...new Array(30).fill(0)], "incorrect header check"],
      [[0x1f, 0x8b, 8], "unexpected end of file"],
      [[...gzip.subarray(0, -1)], "unexpected end of file"],
    ];
    for (const [behind, given] of cases) {
      const stream = new Uint8Array([...gzip, ...Array.from(behind)]);
      if (typeof given === "string") {
        assertThrows(() => inflateSync(stream, 2, 100), FormatError, given);
      } else {
        assertEquals([...inflateSync(stream, 2, 100)], given);
      }
    }
  });

  Deno.test(`${name}: every field of a gzip head is read`, () => {
    const data = packed(new Uint8Array([7]), "gzip");
    const head = [0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 97, 0, 98, 99, 0];
    const crc = platform.crc32(new Uint8Array(head)) & 0xffff;
    const stream = new Uint8Array([...head, crc & 255, crc >> 8, ...data.subarray(10)]);
    assertEquals([...inflateSync(stream, 1, 1)], [7]);
    stream[head.length]! ^= 1;
    assertThrows(() => inflateSync(stream, 1, 1), FormatError, "header crc mismatch");
  });
}

Deno.test("what is damaged is refused by both platforms or by neither", async () => {
  await fuzz(fuzzRounds(100, 5_000), 4, (random) => {
    const bytes = material(random, random.integer(0, 2_000));
    for (const format of FORMATS) {
      const stream = packed(bytes, format, { level: random.integer(0, 9) });
      stream[random.integer(0, stream.length - 1)]! ^= 1 << random.integer(0, 7);
      const [one, other] = PLATFORMS.map(([, { inflateSync }]) => {
        try {
          return inflateSync(stream, bytes.length, 1 << 22, { format });
        } catch (error) {
          assert(error instanceof FormatError, String(error));
          return "refused";
        }
      });
      assertEquals(one, other);
    }
  });
});

for (const [name, { gunzip }] of PLATFORMS) {
  Deno.test(`${name}: gunzip() expands members in pieces of any length`, async () => {
    await fuzz(fuzzRounds(20, 500), 5, async (random) => {
      const members = [0, 1, 2].map(() => material(random, lengthOf(random)));
      const file = await new Blob(members.map((bytes) => packed(bytes, "gzip"))).bytes();
      const most = random.pick([20, 700, 100_000]);
      const pieces = ReadableStream.from(random.split(file, most));
      const expanded: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of gunzip(pieces)) expanded.push(piece.slice());
      assertEquals(await new Blob(expanded).bytes(), await new Blob(members).bytes());
    });
  });

  Deno.test(`${name}: gunzip() gives what stands before damage, then the error`, async () => {
    const bytes = new Uint8Array(100_000).map((_, i) => i * i >> 7);
    const whole = packed(bytes, "gzip");
    const wrong = whole.map((byte, i) => i === whole.length - 5 ? byte ^ 1 : byte);
    const cases = [[wrong, "incorrect data check"], [
      whole.subarray(0, -6),
      "unexpected end of file",
    ]];
    for (const [file, message] of cases as [Uint8Array, string][]) {
      const pieces = ReadableStream.from([file.subarray(0, -8), file.subarray(-8)]);
      let expanded = 0;
      let failure: unknown;
      try {
        for await (const piece of gunzip(pieces)) expanded += piece.length;
      } catch (error) {
        failure = error;
      }
      assert(failure instanceof FormatError);
      assertEquals([expanded, failure.message], [100_000, `Cannot inflate: ${message}`]);
    }
  });
}
