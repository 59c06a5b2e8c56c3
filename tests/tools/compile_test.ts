import { assertEquals } from "@std/assert";
import { compileProblem } from "../../tools/compile.ts";

Deno.test("compileProblem() says in one line that the runtime is missing, and nothing of other errors", () => {
  const chain = "Check cli.ts\n" +
    "Download https://dl.deno.land/release/v2.9.6/denort-x86_64-unknown-linux-gnu.zip\n" +
    "error: Writing 'heliograph'\n\nCaused by:\n    0: error sending request for url (https://dl.deno.land/x)\n" +
    "    1: client error (Connect)\n";
  assertEquals(
    compileProblem(chain, "2.9.6", "x86_64-unknown-linux-gnu"),
    "Cannot compile: the runtime denort 2.9.6 is not here and could not be fetched from " +
      "https://dl.deno.land/release/v2.9.6/denort-x86_64-unknown-linux-gnu.zip: fetch and unpack " +
      "it elsewhere, then run DENORT_BIN=PATH/denort deno task compile",
  );
  const types =
    "Check cli.ts\nTS2304 [ERROR]: Cannot find name 'x'.\n    at http/download/mod.ts\n";
  assertEquals(compileProblem(types, "2.9.6", "x86_64-unknown-linux-gnu"), undefined);
});
