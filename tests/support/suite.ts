/**
 * Many test files in one process, so that what all of them import is loaded once. Each
 * file runs alone as well.
 *
 * @module
 */

const TESTS = new URL("../", import.meta.url);

/**
 * Takes in the test files of a folder and of all folders below it.
 *
 * @param folder Its path below tests/, with a slash at its end; "" for all.
 * @param except Names in it that are left out.
 */
export async function takeTests(folder: string, except: readonly string[] = []): Promise<void> {
  const entries = [...Deno.readDirSync(new URL(folder, TESTS))];
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (except.includes(name)) continue;
    if (isDirectory) await takeTests(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) await import(new URL(folder + name, TESTS).href);
  }
}
