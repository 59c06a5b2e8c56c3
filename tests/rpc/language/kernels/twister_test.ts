import { assertEquals } from "@std/assert";
import { Twister, twisterOf, twisterWords } from "../../../../rpc/language/kernels/twister.ts";

Deno.test("Twister gives the words of its authors' program", () => {
  const twister = Twister.of(5489);
  // The 10,000th word is named by the C++ standard, section 26.6.6.
  let word = 0;
  for (let i = 0; i < 10_000; i++) word = twister.word();
  assertEquals(word, 4123659995);
  assertEquals(Twister.of(1).word(), 1791095845);
});

Deno.test("twisterOf() goes on where twisterWords() has stopped, with the spare number", () => {
  const twister = Twister.of(7);
  twister.normal();
  const copy = twisterOf(twisterWords(twister));
  for (let i = 0; i < 1000; i++) assertEquals(copy.normal(), twister.normal());
});
