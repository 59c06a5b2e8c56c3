import { assertEquals, assertRejects } from "@std/assert";
import {
  decodeBase64,
  decodeBase64Stream,
  encodeBase64Stream,
} from "../../../http/websocket/base64_stream.ts";
import { FormatError } from "../../../net/errors.ts";
import { fuzz, fuzzRounds, SeededRandom } from "../../support/random.ts";

const encoder = new TextEncoder();

Deno.test("decodeBase64() collects pieces of any length, and finds a fault where it is", async () => {
  await fuzz(fuzzRounds(200, 4_000), 1, async (random) => {
    const bytes = random.bytes(random.integer(0, random.pick([6, 100, 30_000])));
    let text = bytes.toBase64();
    if (random.next() < 0.3) text = text.replace(/.{1,76}/g, "$&\n");
    if (random.next() < 0.3) text = "data:image/fits;base64," + text;
    const characters = encoder.encode(text);
    const most = random.pick([5, 300, 90_000]);
    assertEquals((await decodeBase64(random.split(characters, most))).toHex(), bytes.toHex());
    if (bytes.length === 0) return;
    const at = random.integer(text.indexOf(",") + 1, characters.length - 1);
    characters[at] = 0x21;
    const wrong = () => decodeBase64(random.split(characters, most));
    assertEquals((await assertRejects(wrong, FormatError)).offset, at);
  });
});

Deno.test("encodeBase64Stream() and decodeBase64Stream() pass pieces of any length", async () => {
  const random = new SeededRandom(4);
  const bytes = random.bytes(700_001);
  const decoded: number[] = [];
  for await (const piece of decodeBase64Stream(encodeBase64Stream(random.split(bytes, 300_000)))) {
    for (const byte of piece) decoded.push(byte);
  }
  assertEquals(new Uint8Array(decoded), bytes);
});
