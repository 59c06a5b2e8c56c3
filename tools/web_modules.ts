/**
 * Writes the list of the modules that pages load, station/web_sources.ts: whatever the entries
 * import, directly or not, as text. With a list, the station needs no permission to read its own
 * sources, wherever it runs from.
 *
 *     deno task web-modules
 */

import { stripTypes } from "../station/web/strip_types.ts";

const ROOT = new URL("../", import.meta.url);
/** What pages name in their scripts. */
const ENTRIES: readonly string[] = [
  "station/web/console/page.ts",
  "station/web/home.ts",
  "station/web/local.ts",
  "station/web/pictures.ts",
  "station/web/viewer.ts",
];
/** Where the style sheets of pages are. */
const STYLES = "station/web";
/** Style sheets beside them. */
const OTHER_STYLES: readonly string[] = ["http/pages/palette.css"];
/** The file that is written. */
export const LIST = "station/web_sources.ts";

/** Paths that a module in JavaScript imports, as they stand there, and those that workers load. */
export function importsOfScript(code: string): string[] {
  const bare = code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const pattern =
    /^\s*(?:import|export)\b[^;"]*?from\s*"(\.[^"]+)"|^\s*import\s*"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"|new URL\(\s*"(\.[^"]+)",\s*import\.meta\.url/gm;
  return [...bare.matchAll(pattern)].map((match) => match.slice(1).find(Boolean)!);
}

/** The list as it should be. */
export async function webSources(): Promise<string> {
  const modules = new Set<string>(ENTRIES);
  const kernels = new Set<string>();
  for (const path of modules) {
    const code = stripTypes(await Deno.readTextFile(new URL(path, ROOT)));
    for (const specifier of importsOfScript(code)) {
      const target = new URL(specifier, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length);
      if (target.endsWith(".wasm")) kernels.add(target);
      else if (target.endsWith(".ts")) modules.add(target);
    }
  }
  const styles = [...OTHER_STYLES];
  for await (const { name } of Deno.readDir(new URL(STYLES, ROOT))) {
    if (name.endsWith(".css")) styles.push(`${STYLES}/${name}`);
  }
  return write([...modules, ...styles].toSorted(), [...kernels].toSorted());
}

function write(sources: readonly string[], kernels: readonly string[]): string {
  const nameOf = (path: string) => path.replace(/\W(.)/g, (_, letter) => letter.toUpperCase());
  const specifier = (path: string) =>
    path.startsWith("station/") ? `./${path.slice("station/".length)}` : `../${path}`;
  const imports = sources.map((path) =>
    `import ${nameOf(path)} from "${specifier(path)}" with { type: "text" };`
  );
  return `// deno-fmt-ignore-file
// deno-lint-ignore-file camelcase
/** What pages load: written by tools/web_modules.ts, to be run when a page imports something else. */

${imports.join("\n")}

/** The modules and style sheets by their paths from the root. */
export const WEB_SOURCES: Readonly<Record<string, string>> = {
${sources.map((path) => `  "${path}": ${nameOf(path)},`).join("\n")}
};

/** The kernels that they fetch. */
export const WEB_KERNELS: readonly string[] = [
${kernels.map((path) => `  "${path}",`).join("\n")}
];
`;
}

if (import.meta.main) await Deno.writeTextFile(new URL(LIST, ROOT), await webSources());
