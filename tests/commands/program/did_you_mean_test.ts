import { assertEquals } from "@std/assert";
import { didYouMean } from "../../../commands/program/did_you_mean.ts";

Deno.test("didYouMean() names what is near, and nothing that is not", () => {
  const names = ["port", "host", "token-file", "colormap", "columns", "get", "key"];
  for (
    const [given, answer] of [
      ["prot", "port"],
      ["po", "port"],
      ["PORT", "port"],
      ["token-fi", "token-file"],
      ["gte", "get"],
      ["kye", "key"],
      ["cmap", "colormap"],
      ["color", "colormap"],
      ["colmn", "columns"],
      ["zzzz", undefined],
      ["x", undefined],
      ["", undefined],
    ] as const
  ) {
    const text = answer === undefined ? "" : `; did you mean '${answer}'?`;
    assertEquals(didYouMean(given, names), text, given);
  }
  assertEquals(didYouMean("prot", names, "--"), "; did you mean '--port'?");
});
