import { assertEquals } from "@std/assert";
import { errorText } from "../../../commands/program/error_text.ts";
import { ROOT, runDeno } from "../../support/program.ts";

Deno.test("errorText() names the flag for a file of the program itself", async () => {
  const path = `${ROOT}commands/fits/library_names.ts`;
  const error = new TypeError(
    `Requires read access to "${path}", run again with the --allow-read flag`,
  );
  const text = `the program lacks the permission for its own file '${path}': start it ` +
    `with --allow-read=${ROOT} (a comma separates further folders)`;
  assertEquals(errorText(error), text);
  const args = ["run", "--no-prompt", `${ROOT}cli.ts`, "fits", "info", "sun.fits"];
  const { code, stdout, stderr } = await runDeno(args);
  assertEquals([code, stdout, stderr], [1, "", `heliograph fits info: ${text}\n`]);
});
