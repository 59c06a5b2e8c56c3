import { assertEquals } from "@std/assert";
import { Utf8Validator } from "../../../../http/websocket/frames/utf8_validator.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../../support/random.ts";

/** How many bytes are taken before the fault shows; undefined if there is none. */
function faultAt(bytes: Uint8Array): number | undefined {
  const validator = new Utf8Validator();
  for (let i = 0; i < bytes.length; i++) {
    if (!validator.push(bytes.subarray(i, i + 1))) return i;
  }
  return undefined;
}

function isWhole(pieces: readonly Uint8Array[]): boolean {
  const validator = new Utf8Validator();
  return pieces.every((piece) => validator.push(piece)) && validator.complete;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

Deno.test("push() finds a fault at the first byte that shows it", () => {
  const cases: [hex: string, at: number | undefined][] = [
    ["", undefined],
    ["e282ac", undefined],
    ["f48fbfbf", undefined],
    ["cebae1bdb9cf83cebcceb5", undefined],
    ["cebae1bdb9cf83cebcceb5eda080656469746564", 12],
    ["cebae1bdb9cf83cebcceb5f4908080656469746564", 12],
    ["80", 0],
    ["c080", 0],
    ["c1bf", 0],
    ["e09fbf", 1],
    ["edbfbf", 1],
    ["f08fbfbf", 1],
    ["f5808080", 0],
    ["ff", 0],
    ["e28241", 2],
  ];
  for (const [hex, at] of cases) assertEquals(faultAt(Uint8Array.fromHex(hex)), at, hex);
});

Deno.test("push() agrees with TextDecoder on every sequence of two bytes and on code points at the edges", () => {
  for (let pair = 0; pair < 65_536; pair++) {
    const bytes = new Uint8Array([pair >> 8, pair & 255]);
    if (isWhole([bytes]) !== decodes(bytes)) {
      assertEquals(isWhole([bytes]), decodes(bytes), bytes.toHex());
    }
  }
});

const ALPHABET = ["a", "é", "€", "𤭢", "\u0000", "\u{10ffff}"];

function sample(random: SeededRandom): Uint8Array {
  let text = "";
  const length = random.integer(0, random.pick([4, 40, 400]));
  for (let i = 0; i < length; i++) text += random.pick(ALPHABET);
  const bytes = new TextEncoder().encode(text);
  if (random.next() < 0.5 && bytes.length > 0) {
    bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  }
  return random.next() < 0.2 ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
}

Deno.test("push() agrees with TextDecoder however the text is split", async () => {
  await fuzz(fuzzRounds(10_000, 100_000), 1, (random) => {
    const bytes = sample(random);
    assertEquals(
      isWhole(random.split(bytes, random.pick([3, 60, 500]))),
      decodes(bytes),
      bytes.toHex(),
    );
  });
});
