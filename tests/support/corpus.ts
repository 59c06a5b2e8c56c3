/**
 * The corpus of real files, which is not part of the project: its folder is
 * named, relative to the checkout, by the environment variable HELIOGRAPH_CORPUS.
 */

const folder = Deno.env.get("HELIOGRAPH_CORPUS");

/** The folder of the corpus, or undefined where there is none. */
export const corpusFolder: URL | undefined = folder === undefined || folder === ""
  ? undefined
  : new URL(folder.replace(/\/*$/, "/"), new URL("../../", import.meta.url));

/** A file of the corpus. */
export function corpusFile(path: string): URL {
  if (corpusFolder === undefined) throw new Error("HELIOGRAPH_CORPUS is not set");
  return new URL(path.split("/").map(encodeURIComponent).join("/"), corpusFolder);
}

/** A test that needs the corpus; without one it is listed as ignored, with the reason in its name. */
export function corpusTest(
  name: string,
  body: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = corpusFolder === undefined;
  Deno.test({
    name: missing ? `${name} (needs HELIOGRAPH_CORPUS)` : name,
    ignore: missing,
    fn: body,
  });
}
