/**
 * Which tests say something about a source file.
 *
 * @module
 */

/** Tests that run everything or look at the sources: they say nothing about one file. */
const GENERAL =
  /^tests\/(interop|docs|tools|examples)\/|^tests\/(structure|tasks|facade)_test\.ts$/;

/**
 * Finds what each file of a checkout names: by import, as a worker, or as the program that a test
 * starts.
 *
 * @param files Every TypeScript file with its text, by its path in the checkout.
 * @param imports The import map of `deno.json`.
 * @returns For each file the files that name it.
 */
export function usersOf(
  files: ReadonlyMap<string, string>,
  imports: Readonly<Record<string, string>>,
): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  const names = new Map(Object.entries(imports));
  for (const [path, text] of files) {
    for (const [, name] of text.matchAll(/["'`](?:\$\{ROOT\})?([@\w./-]+)["'`]/g)) {
      const mapped = names.get(name!)?.slice(2) ?? (name === "cli.ts" ? name : undefined);
      const target = mapped ?? (/^\.{1,2}\//.test(name!) ? resolve(path, name!) : undefined);
      if (target === undefined || !files.has(target) || target === path) continue;
      users.getOrInsertComputed(target, () => new Set()).add(path);
    }
  }
  return users;
}

function resolve(from: string, name: string): string {
  return new URL(name, `file:///${from}`).pathname.slice(1);
}

/**
 * The tests of a source file: the one that mirrors its path, then those that import it, directly
 * or by way of others, the ones from the nearest folder first.
 *
 * @param path The source file.
 * @param users Who names whom.
 * @param most How many tests at most.
 */
export function matchingTests(
  path: string,
  users: ReadonlyMap<string, ReadonlySet<string>>,
  most: number,
): string[] {
  const mirror = `tests/${path.replace(/\.ts$/, "_test.ts")}`;
  const distances = new Map([[path, 0]]);
  for (const [reached, distance] of distances) {
    for (const user of users.get(reached) ?? []) {
      if (!distances.has(user)) distances.set(user, distance + 1);
    }
  }
  return [...distances]
    .filter(([test]) => test.endsWith("_test.ts") && !GENERAL.test(test))
    .map(([test, distance]) => ({ test, distance, shared: sharedFolders(test, mirror) }))
    .sort((one, other) =>
      Number(other.test === mirror) - Number(one.test === mirror) ||
      other.shared - one.shared || one.distance - other.distance ||
      (one.test < other.test ? -1 : 1)
    )
    .slice(0, most)
    .map(({ test }) => test);
}

function sharedFolders(one: string, other: string): number {
  const folders = other.split("/").slice(0, -1);
  const parts = one.split("/").slice(0, -1);
  const first = folders.findIndex((folder, i) => folder !== parts[i]);
  return first < 0 ? folders.length : first;
}
