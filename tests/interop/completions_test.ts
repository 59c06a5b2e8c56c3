/** The completions of bash and fish, asked as the shells ask them. */

import { assertEquals } from "@std/assert";
import { taskProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("bash completes commands, flags, values and FITS files", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/a b.fits`, "");
  await Deno.writeTextFile(`${folder.path}/a.txt`, "");
  await Deno.mkdir(`${folder.path}/archive`);
  const shell = [Deno.execPath(), ...taskProgram()].map((word) => `'${word}'`).join(" ");
  for (
    const [words, expected] of [
      ["fits inf", "info"],
      ["fits view --colorm", "--colormap"],
      ["fits info a", "a b.fits|archive"],
      ["serve a", "a b.fits|a.txt|archive"],
    ] as const
  ) {
    const script = `heliograph() { ${shell} "$@"; }
      source <(heliograph completions bash)
      COMP_WORDS=(heliograph ${words}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      _heliograph
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script],
      cwd: folder.path,
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout).trim();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals([...new Set(text.split("\n"))].sort().join("|"), expected, words);
  }
});

Deno.test("fish completes commands, flags, values and FITS files", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/a b.fits`, "");
  await Deno.writeTextFile(`${folder.path}/a.txt`, "");
  await Deno.mkdir(`${folder.path}/archive`);
  const shell = [Deno.execPath(), ...taskProgram()].map((word) => `'${word}'`).join(" ");
  for (
    const [words, expected] of [
      ["fits inf", "info"],
      ["fits view --colorm", "--colormap"],
      ["fits view x.fits --colormap h", "heat"],
      ["fits info a", "a b.fits|archive/"],
      ["serve a", "a b.fits|a.txt|archive/"],
    ] as const
  ) {
    const script = `function heliograph; ${shell} $argv; end
      heliograph completions fish | source
      complete -C 'heliograph ${words}'`;
    const { code, stdout, stderr } = await new Deno.Command("fish", {
      args: ["--no-config", "-c", script],
      cwd: folder.path,
      env: { HOME: folder.path },
      stdin: "null",
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(lines.map((line) => line.split("\t")[0]).join("|"), expected, words);
  }
});
