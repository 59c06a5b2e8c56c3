/** Random programs with control flow: what ours prints and what GDL prints. */

import { assert } from "@std/assert";
import { LanguageSession } from "../../rpc/mod.ts";
import { GDL_ENVIRONMENT } from "../support/rpc/gdl.ts";
import { SeededRandom } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { DEPARTURES } from "./rpc_programs/departures.ts";
import { randomProgram } from "./rpc_programs/generate.ts";

const LONG = Deno.env.get("HELIOGRAPH_FUZZ") === "long";
const PROGRAMS = LONG ? 20_000 : 300;
/** Programs in one process of GDL. */
const BATCH = 100;
const FIRST_SEED = 21_000;
const MARK = "<<< program >>>";
const END = "<<< end >>>";

function oursOf(program: string, name: string): string[] {
  const lines: string[] = [];
  const session = new LanguageSession({ host: { print: (line) => void lines.push(line) } });
  const outcome = session.runSync(`${program}\n${name}`);
  return outcome.ok ? lines : [...lines, `failed: ${outcome.error.message}`];
}

/** The lines that GDL prints for each of the programs; undefined for one that ends its process. */
async function theirsOf(
  programs: readonly string[],
  names: readonly string[],
): Promise<(readonly string[] | undefined)[]> {
  const theirs: (readonly string[] | undefined)[] = [];
  while (theirs.length < programs.length) {
    const from = theirs.length;
    const { parts, ended } = await runWithGdl(programs.slice(from), names.slice(from));
    if (ended) return [...theirs, ...parts];
    // The last one that began has ended the process: perhaps it does not by itself.
    theirs.push(...parts.slice(0, -1));
    const at = theirs.length;
    const alone = await runWithGdl(programs.slice(at, at + 1), names.slice(at, at + 1));
    theirs.push(alone.ended ? alone.parts[0] : undefined);
  }
  return theirs;
}

/** Runs programs in one process of GDL. */
async function runWithGdl(
  programs: readonly string[],
  names: readonly string[],
): Promise<{ parts: string[][]; ended: boolean }> {
  await using folder = await temporaryFolder();
  // Each call stands in a procedure of its own, so that an error ends it alone.
  const callers = names.map((name, i) =>
    `pro heliograph_call${i}
 print, '${MARK}'
 catch, problem
 if problem eq 0 then ${name} else begin
  catch, /cancel
  print, 'failed: ' + !error_state.msg
 endelse
 catch, /cancel
end
`
  );
  const calls = names.map((_, i) => ` heliograph_call${i}`).join("\n");
  await Deno.writeTextFile(
    `${folder.path}/heliograph.pro`,
    [...programs, ...callers, `pro heliograph\n${calls}\n print, '${END}'\nend\n`].join("\n"),
  );
  const { stdout } = await new Deno.Command("gdl", {
    env: GDL_ENVIRONMENT,
    args: ["-q", "-e", "heliograph"],
    cwd: folder.path,
    stdin: "null",
    stderr: "null",
  }).output();
  const [text = "", rest] = new TextDecoder().decode(stdout).split(`${END}\n`);
  const parts = text.split(`${MARK}\n`).slice(1).map((part) => part.split("\n").slice(0, -1));
  return { parts, ended: rest !== undefined };
}

Deno.test(`${PROGRAMS} random programs print what GDL prints, but for the list`, async () => {
  const differing: string[] = [];
  const crashed: number[] = [];
  for (let first = 0; first < PROGRAMS; first += BATCH) {
    const seeds = Array.from({ length: BATCH }, (_, i) => FIRST_SEED + first + i);
    const names = seeds.map((seed) => `heliograph_${seed}`);
    const programs = seeds.map((seed, i) => randomProgram(new SeededRandom(seed), names[i]!));
    const theirs = await theirsOf(programs, names);
    for (const [i, program] of programs.entries()) {
      if (theirs[i] === undefined) {
        crashed.push(seeds[i]!);
        continue;
      }
      const ours = oursOf(program, names[i]!);
      if (ours.join("\n") === theirs[i]!.join("\n")) continue;
      const known = DEPARTURES.find(({ pattern }) => pattern.test(program));
      if (known !== undefined) continue;
      const line = ours.findIndex((text, k) => text !== theirs[i]![k]);
      differing.push(`seed ${seeds[i]}: ${ours[line]} and ${theirs[i]![line]}\n${program}`);
    }
  }
  assert(
    differing.length === 0,
    `${differing.length} differ\n${differing.slice(0, 3).join("\n\n")}`,
  );
});
