import { assertEquals } from "@std/assert";
import { fileError } from "../../net/file_error.ts";

Deno.test("fileError() tells a name that is not UTF-8 from one that is not there", () => {
  // What the arguments of a program have for octets that are no UTF-8.
  for (
    const [path, reason] of [
      ["a.fits", "there is no such file"],
      ["a\ufffd.fits", "its name is not UTF-8, and Deno opens no such file: rename it"],
    ] as const
  ) {
    let thrown: unknown;
    try {
      Deno.openSync(`none/${path}`);
    } catch (error) {
      thrown = fileError(error, "open", path);
    }
    assertEquals((thrown as Error).message, `Cannot open '${path}': ${reason}`);
  }
});
