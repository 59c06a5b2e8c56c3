import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../../cli.ts";
import { candidates } from "../../../commands/shell/candidates.ts";
import { encodeFits } from "../../../fits/mod.ts";
import { runCommand } from "../../support/run_command.ts";
import { runDeno } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("candidates() names commands, flags and values that begin as the word does", async () => {
  for (
    const [line, words] of [
      ["fi", "fits fitspipe"],
      ["fits ch", "checksum"],
      ["-q --json fits inf", "info"],
      ["help fits chec", "checksum"],
      ["fits view --colorm", "--colormap"],
      ["--qui", "--quiet"],
      ["fits view a.fits --stretch line", "linear"],
      ["fits view a.fits --colormap=aia17", "--colormap=aia171 --colormap=aia1700"],
      ["rpc send a.fits x --wire ", "own idl"],
      ["fits nothing x", ""],
      ["rpc functions x", ""],
    ] as const
  ) {
    assertEquals((await candidates(COMMANDS, line.split(" "))).words.join(" "), words, line);
  }
});

Deno.test("candidates() knows where a file fits, and which", async () => {
  const endings = ["fits", "fit", "fts", "fits.gz", "fits.fz", "fz"];
  for (
    const [line, files] of [
      ["fits info ", { endings }],
      ["fits diff a", { endings }],
      ["serve ", { endings: [] }],
      ["fits view a.fits -o ", { endings: [] }],
      ["serve --cert ", { endings: [] }],
      ["fits info --js", undefined],
      ["version ", undefined],
    ] as const
  ) {
    assertEquals((await candidates(COMMANDS, line.split(" "))).files, files, line);
  }
  assertEquals((await candidates(COMMANDS, "fits view a.fits --hdu ".split(" "))).hdusOf, "a.fits");
});

Deno.test("completions answers with words, files and the HDUs of a file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.fits`;
  const image = { pixels: Uint8Array.of(1) };
  await Deno.writeFile(path, await encodeFits([image, { ...image, name: "FLAT" }]));
  for (
    const [words, out] of [
      [["fits", "view", path, "--hdu", ""], ["0", "1", "FLAT"]],
      [["fits", "view", `${folder.path}/none.fits`, "--hdu", ""], []],
      [["fits", "table", ""], [":files fits fit fts fits.gz fits.fz fz"]],
      [["ser"], ["serve"]],
    ] as const
  ) {
    const result = await runCommand("completions", ["answer", "--", ...words]);
    assertEquals([result.status, result.out, result.error], [0, out, []]);
  }
  const wrong = await runCommand("completions", ["tcsh"]);
  assertEquals([wrong.status, wrong.error], [2, [
    "the shell is 'tcsh', expected bash, zsh or fish",
  ]]);
});

Deno.test("man has every command, flag and example, and nothing that troff obeys by accident", async () => {
  // It shows what every command's help says, for which the program needs no permission.
  const { code, stdout: page, stderr } = await runDeno(["run", "--no-prompt", "cli.ts", "man"]);
  assertEquals([code, stderr], [0, ""]);
  const lines = page.split("\n");
  assertEquals(lines[0]!.startsWith(".TH HELIOGRAPH 1 "), true);
  for (
    const text of [".SS rpc map", ".SS fits cutout", "\\fB\\-\\-colormap\\fR", "heliograph start"]
  ) {
    assert(page.includes(text), text);
  }
  const known = /^\.(TH|SH|SS|B|PP|TP|nf|fi)\b/;
  assertEquals(lines.filter((line) => /^[.']/.test(line) && !known.test(line)), []);
});
