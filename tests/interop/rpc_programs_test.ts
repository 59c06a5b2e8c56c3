/** Random programs with control flow: what ours prints and what GDL prints. */

import { assert, assertEquals } from "@std/assert";
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

function oursOf(program: string, name: string): string[] {
  const lines: string[] = [];
  const session = new LanguageSession({ host: { print: (line) => void lines.push(line) } });
  const outcome = session.runSync(`${program}\n${name}`);
  return outcome.ok ? lines : [...lines, `failed: ${outcome.error.message}`];
}

/** The lines that GDL prints for each of the programs. */
async function theirsOf(
  programs: readonly string[],
  names: readonly string[],
): Promise<string[][]> {
  await using folder = await temporaryFolder();
  const calls = names.map((name) =>
    ` print, '${MARK}'\n catch, problem\n if problem eq 0 then ${name}` +
    ` else begin\n  catch, /cancel\n  print, 'failed: ' + !error_state.msg\n endelse\n catch, /cancel`
  );
  // Each call stands in a procedure of its own, so that an error ends it alone.
  const callers = calls.map((call, i) => `pro heliograph_call${i}\n${call}\nend\n`);
  const main = `pro heliograph\n${names.map((_, i) => ` heliograph_call${i}`).join("\n")}\nend\n`;
  await Deno.writeTextFile(
    `${folder.path}/heliograph.pro`,
    [...programs, ...callers, main].join("\n"),
  );
  const { stdout } = await new Deno.Command("gdl", {
    env: GDL_ENVIRONMENT,
    args: ["-q", "-e", "heliograph"],
    cwd: folder.path,
    stdin: "null",
    stderr: "null",
  }).output();
  const parts = new TextDecoder().decode(stdout).split(`${MARK}\n`).slice(1);
  return parts.map((part) => part.split("\n").slice(0, -1));
}

Deno.test(`${PROGRAMS} random programs print what GDL prints, but for the list`, async () => {
  const differing: string[] = [];
  for (let first = 0; first < PROGRAMS; first += BATCH) {
    const seeds = Array.from({ length: BATCH }, (_, i) => FIRST_SEED + first + i);
    const names = seeds.map((seed) => `heliograph_${seed}`);
    const programs = seeds.map((seed, i) => randomProgram(new SeededRandom(seed), names[i]!));
    const theirs = await theirsOf(programs, names);
    assertEquals(theirs.length, BATCH, `GDL ended at seed ${seeds[theirs.length]}`);
    for (const [i, program] of programs.entries()) {
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
