/** What the viewer loads before it shows anything stays small. */

import { gzipSync } from "node:zlib";
import { assert } from "@std/assert";
import { stripTypes } from "../../../station/web/strip_types.ts";
import { WebModules } from "../../../station/web_modules.ts";
import { WEB_SOURCES } from "../../../station/web_sources.ts";

const MAX_MODULES = 45;
const MAX_BYTES = 90 * 1024;

Deno.test("the viewer's first modules are few, and 90 KB at most as they are sent", () => {
  const graph = new WebModules().graphOf("station/web/viewer.ts");
  const bytes = graph.reduce(
    (sum, path) => sum + gzipSync(stripTypes(WEB_SOURCES[path]!)).length,
    0,
  );
  assert(graph.includes("station/web/create_viewer.ts"));
  assert(!graph.some((path) => /^fits\/wcs\/|\/panels\/|local_/.test(path)), `${graph}`);
  assert(graph.length <= MAX_MODULES, `${graph.length} modules`);
  assert(bytes <= MAX_BYTES, `${bytes} bytes`);
});
