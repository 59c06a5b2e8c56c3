import { assertEquals } from "@std/assert";
import { runDeno } from "../support/program.ts";
import { findKernels } from "../../tools/kernels.ts";

Deno.test("every kernel is what its source says, byte for byte", async () => {
  const lock = ["--lock=tools/kernels.lock", "--frozen"];
  const permissions = ["--no-prompt", "--allow-read=.", "--allow-env=CI"];
  const { code, stdout, stderr } = await runDeno(
    ["run", "--quiet", ...lock, ...permissions, "tools/kernels.ts", "--check"],
  );
  assertEquals([code, stderr], [0, ""]);
  const checked = stdout.trimEnd().split("\n").map((line) => line.replace(/\.wasm: .*/, ""));
  assertEquals(checked, await findKernels());
});
