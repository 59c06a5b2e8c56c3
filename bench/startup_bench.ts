/** How long the program takes to start, beside a Deno program that does nothing. */

import { compare, printTable, seconds } from "./compare.ts";

const cli = new URL("../cli.ts", import.meta.url).pathname;
const empty = await Deno.makeTempFile({ suffix: ".ts" });

async function start(args: string[]): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" });
  return 1000 * await seconds(() => command.output());
}

printTable(
  "Start to end of a process",
  "ms",
  await compare([
    { name: "heliograph --help", run: () => start(["run", cli, "--help"]) },
    { name: "an empty program", run: () => start(["run", empty]) },
    {
      name: "heliograph fits info --help",
      run: () => start(["run", cli, "fits", "info", "--help"]),
    },
    { name: "heliograph serve --help", run: () => start(["run", cli, "serve", "--help"]) },
  ], 15),
);
await Deno.remove(empty);
