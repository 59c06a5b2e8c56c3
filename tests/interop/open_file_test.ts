/** Folders and files whose names others change, with the permission to see what a descriptor is. */

import { assertEquals } from "@std/assert";
import { runDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const SCRIPT = new URL("open_file/renamed.ts", import.meta.url).pathname;

Deno.test("OpenFolder and OpenFile stay what was opened, whatever their names become", async () => {
  await using folder = await temporaryFolder();
  // The system's folder of descriptors asks for all permissions.
  const { stdout, stderr } = await runDeno(["run", "-A", "--no-check", SCRIPT, folder.path]);
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), { names: ["a.txt"], place: "/inside/a.txt" });
});
