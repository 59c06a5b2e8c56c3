/** What the documents name must be there. */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);
const MODULES = /^(?:bench|commands|docs|examples|fits|http|net|rpc|station|tests)\//;

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(new URL(path, ROOT));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

for (const document of ["docs/architecture.md", "docs/contributing.md"]) {
  Deno.test(`every path in ${document} exists`, async () => {
    const text = await Deno.readTextFile(new URL(document, ROOT));
    const paths = [...text.matchAll(/`([\w.]+(?:\/[\w.]*)*)`/g)].map((match) => match[1]!)
      .filter((path) => MODULES.test(path) && !/[A-Z]{2}/.test(path));
    assert(paths.length > 5, `${paths.length} paths found`);
    const missing: string[] = [];
    for (const path of new Set(paths)) {
      if (!await exists(path)) missing.push(path);
    }
    assertEquals(missing, []);
  });

  Deno.test(`every task in ${document} is one of deno.json`, async () => {
    const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
    const text = await Deno.readTextFile(new URL(document, ROOT));
    const named = [...text.matchAll(/task ([a-z:]+)/g)].map((match) => match[1]!);
    assertEquals(named.filter((name) => !(name in tasks)), []);
  });
}
