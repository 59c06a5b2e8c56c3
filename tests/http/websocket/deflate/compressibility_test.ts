import { assertEquals } from "@std/assert";
import { looksCompressed } from "../../../../http/websocket/deflate/compressibility.ts";
import { corpusFile, corpusTest } from "../../../support/corpus.ts";
import { SeededRandom } from "../../../support/random.ts";

Deno.test("looksCompressed() tells text and repetition from random bytes and their Base64", () => {
  const random = new SeededRandom(1).bytes(20_000);
  const encode = (text: string) => new TextEncoder().encode(text);
  const cases: [string, Uint8Array, boolean][] = [
    ["random bytes", random, true],
    ["Base64 of random bytes", encode(random.toBase64()), true],
    ["hexadecimal", encode(random.toHex()), false],
    ["zeros", new Uint8Array(5_000), false],
    [
      "prose",
      encode("Messages go with the light of the sun, from hill to hill. ".repeat(60)),
      false,
    ],
    ["nothing", new Uint8Array(0), false],
  ];
  for (const [name, bytes, expected] of cases) assertEquals(looksCompressed(bytes), expected, name);
});

corpusTest("looksCompressed() knows a JPEG and its Base64", async () => {
  const bytes = await Deno.readFile(corpusFile("images/galaxy.jpg"));
  assertEquals(looksCompressed(bytes), true);
  assertEquals(looksCompressed(new TextEncoder().encode(bytes.toBase64())), true);
});
