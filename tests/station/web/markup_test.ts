/** Nothing that a file or a stranger says becomes markup, a script or a style of the page. */

import { assert, assertEquals } from "@std/assert";

const WEB = new URL("../../../station/web/", import.meta.url);

/** What makes markup or code of text. */
const FORBIDDEN =
  /\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|setHTML\w*|srcdoc\s*=|DOMParser|XSLTProcessor|importScripts|cssText)\b|\bdocument\.write|\beval\(|\bnew Function\b|\bset(?:Timeout|Interval)\(\s*["'`]|javascript:/;

async function* modules(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(name, folder);
    if (isDirectory) yield* modules(new URL(`${url}/`));
    else if (name.endsWith(".ts")) yield url;
  }
}

Deno.test("no module of the page makes markup or code of text", async () => {
  const found: string[] = [];
  let count = 0;
  for await (const url of modules(WEB)) {
    count++;
    const match = FORBIDDEN.exec(await Deno.readTextFile(url));
    if (match !== null) found.push(`${url.pathname}: ${match[0]}`);
  }
  assert(count > 5);
  assertEquals(found, []);
});

Deno.test("only dom.ts makes elements", async () => {
  const found: string[] = [];
  for await (const url of modules(WEB)) {
    if (url.pathname.endsWith("/page/dom.ts")) continue;
    if (/\bcreateElement/.test(await Deno.readTextFile(url))) found.push(url.pathname);
  }
  assertEquals(found, []);
});
