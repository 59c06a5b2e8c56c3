/** docs/command-line.md lists the names that commands print under --json: they are those. */

import { assert, assertEquals } from "@std/assert";
import { encodeFits, Header, tableHdu } from "../../fits/mod.ts";
import { runCommand } from "../support/run_command.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** The row of a command in the table: all names, and those that every line has. */
interface Listed {
  readonly all: Set<string>;
  readonly first: readonly string[];
}

function listed(text: string): Map<string, Listed> {
  const rows = new Map<string, Listed>();
  for (const [, name, names] of text.matchAll(/^\| `([^`]+)` *\| (.+) \|$/gm)) {
    const groups = [...names!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!.split(" "));
    rows.set(name!, { all: new Set(groups.flat()), first: groups[0] ?? [] });
  }
  return rows;
}

async function samples(folder: string): Promise<void> {
  const header = new Header().set("CTYPE1", "RA---TAN").set("CTYPE2", "DEC--TAN")
    .set("CRVAL1", 10).set("CRVAL2", 20).set("CDELT1", -0.1).set("CDELT2", 0.1)
    .set("OBJECT", "Sun");
  const image = { pixels: new Int16Array([1, 2, 3, 4, 5, 6]), shape: [3, 2], header };
  const table = tableHdu({ name: "T", columns: [{ name: "N", values: Int32Array.of(1, 2) }] });
  await Deno.writeFile(`${folder}/a.fits`, await encodeFits([image, table]));
  const other = { ...image, pixels: new Int16Array([1, 2, 3, 4, 5, 7]) };
  await Deno.writeFile(`${folder}/b.fits`, await encodeFits([other, table]));
}

/** The row of the table, and what prints its names; `DIR` is a folder. */
const LINES: readonly (readonly [row: string, line: string])[] = [
  ["fits info", "fits info DIR/a.fits DIR/b.fits"],
  ["fits info", "fits info DIR/a.fits --wcs"],
  ["fits image", "fits image DIR/a.fits"],
  ["fits header", "fits header DIR/a.fits"],
  ["fits header", "fits header DIR/a.fits --summary"],
  ["fits header --set", "fits header DIR/a.fits --set OBJECT=Moon"],
  ["fits verify", "fits verify DIR/a.fits"],
  ["fits view", "fits view DIR/a.fits -o DIR/a.png"],
  ["fits view", "fits view DIR/a.fits --hdu all -o DIR/s.png"],
  ["fits wcs", "fits wcs DIR/a.fits"],
  ["fits wcs", "fits wcs DIR/a.fits 1,1"],
  ["fits wcs", "fits wcs DIR/a.fits --footprint"],
  ["fits columns", "fits columns DIR/a.fits"],
  ["fits checksum", "fits checksum DIR/a.fits"],
  ["fits copy", "fits copy DIR/a.fits DIR/c.fits"],
  ["fits compress", "fits compress DIR/a.fits"],
  ["fits compress", "fits decompress DIR/a.fits.fz -o DIR/d.fits"],
  ["fits cutout", "fits cutout DIR/a.fits --section 1:2,1:2 -o DIR/e.fits"],
  ["version", "version"],
];

Deno.test("commands print the names that docs/command-line.md lists", async () => {
  await using folder = await temporaryFolder();
  await samples(folder.path);
  const rows = listed(
    await Deno.readTextFile(new URL("../../docs/command-line.md", import.meta.url)),
  );
  for (const [row, line] of LINES) {
    const { all, first } = rows.get(row)!;
    const words = line.replaceAll("DIR", folder.path).split(" ");
    const count = words[0] === "fits" ? 2 : 1;
    const { status, out, error } = await runCommand(
      words.slice(0, count).join(" "),
      [...words.slice(count), "--json"],
    );
    assertEquals(status, 0, `${line}: ${error.join("\n")}`);
    const printed = out.map((text) => Object.keys(JSON.parse(text)));
    assert(printed.length > 0, line);
    const names = [...new Set(printed.flat())];
    assertEquals(names.filter((name) => !all.has(name)), [], line);
    // A row begins with what the command prints when nothing else is asked for.
    if (line === LINES.find(([name]) => name === row)![1]) {
      const optional = /^(message|severity|hdu|keyword|record|offset|requests|bytes|round_trips)$/;
      const missing = first.filter((name) => !names.includes(name) && !optional.test(name));
      assertEquals(missing.filter((name) => !/seconds|cache_hits/.test(name)), [], line);
    }
  }
});

Deno.test("the error of every command has the names that docs/command-line.md lists", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/command-line.md", import.meta.url));
  const [, names] = /`\{"error": \{\.\.\.\}\}` with\s+`([^`]+)`/.exec(text)!;
  for (const command of ["fits info", "fits image", "fits table", "fits view", "fits checksum"]) {
    const output = command === "fits view" ? ["-o", "out/none/"] : [];
    const args = ["none.fits", "nothing.fits", "--json", ...output];
    const { status, out } = await runCommand(command, args);
    assertEquals([status, out.length], [1, 2], command);
    for (const line of out) {
      const { error } = JSON.parse(line);
      assertEquals(Object.keys(error).filter((name) => !names!.split(" ").includes(name)), []);
    }
  }
});
