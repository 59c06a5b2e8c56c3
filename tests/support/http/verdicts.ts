/** The tables of VERDICTS.md, so that what it says and what happens cannot differ. */

/** A case whose verdict here is another than where it comes from. */
export interface VerdictRow {
  /** The name of the case. */
  name: string;
  /** What its makers expect. */
  theirs: string;
  /** What happens here. */
  ours: string;
}

/**
 * The rows of all tables below a heading of VERDICTS.md.
 *
 * @param heading The text of the heading of the second level.
 */
export async function verdictRows(heading: string): Promise<VerdictRow[]> {
  const text = await Deno.readTextFile(new URL("VERDICTS.md", import.meta.url));
  const section = text.split(/^## /m).find((part) => part.startsWith(heading + "\n"));
  if (section === undefined) throw new Error(`VERDICTS.md has no heading ${heading}`);
  return section.split("\n").filter((line) => /^\| (?!-|Case )/.test(line)).map((line) => {
    const [name = "", theirs = "", ours = ""] = line.slice(1, -1).split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
    return { name, theirs, ours };
  });
}
