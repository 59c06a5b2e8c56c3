import { assertEquals } from "@std/assert";
import { encodeFits } from "../../../fits/write/write.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("fits header refuses flags that do not go together, with status 2", async () => {
  for (
    const [words, message] of [
      [["--key", "A", "--set", "B=1"], "--key does not go with --set or --delete"],
      [["--key", "A", "--delete", "B"], "--key does not go with --set or --delete"],
    ] as const
  ) {
    const { status, out, error } = await runCommand("fits header", ["x.fits", ...words]);
    assertEquals([status, out, error], [2, [], [message]]);
  }
});

Deno.test("fits diff says whether values differ, or are in one file only", async () => {
  await using folder = await temporaryFolder();
  const write = async (name: string, ...pixels: number[]) => {
    const path = `${folder.path}/${name}`;
    await Deno.writeFile(
      path,
      await encodeFits([{ pixels: Float32Array.from(pixels), shape: [2, 2] }]),
    );
    return path;
  };
  const a = await write("a", 1, 2, 3, 4);
  const one = await runCommand("fits diff", [a, await write("b", 1, NaN, 3, 4)]);
  const other = await runCommand("fits diff", [a, await write("c", 1, 2, 3.5, 4)]);
  const of = "1 of 4 pixels differ";
  assertEquals([one.status, one.out.filter((line) => line.includes(of)).length], [1, 1]);
  assertEquals(
    one.out.at(-1)!.includes(`${of}, with a value in one file only`),
    true,
  );
  assertEquals(other.out.at(-1)!.includes(`${of}, by at most 0.5, the first at (`), true);
});
