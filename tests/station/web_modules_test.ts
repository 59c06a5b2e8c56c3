import { gunzipSync } from "node:zlib";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { serveHttp } from "../../http/server/serve_http.ts";
import { WebModules } from "../../station/web_modules.ts";
import { WEB_SOURCES } from "../../station/web_sources.ts";

const SOURCES = {
  "a/one.ts":
    'import type { T } from "./type.ts";\nimport { b } from "../b/two.ts";\nexport const a: T = b;\n',
  "a/type.ts": "export type T = number;\n",
  "b/two.ts": 'export { b } from "./three.ts";\nexport const lazy = () => import("./four.ts");\n',
  "b/three.ts":
    '/**\n * import { x } from "./no.ts";\n */\nimport "../a/one.ts";\nexport const b = 1;\n',
  "b/four.ts": "export {};\n",
  "c.css": "a { b: c }\n",
};

Deno.test("WebModules names the modules that run before an entry does", () => {
  const modules = new WebModules(SOURCES);
  assertEquals(modules.graphOf("a/one.ts"), ["a/one.ts", "b/two.ts", "b/three.ts"]);
  assertMatch(modules.hrefOf("c.css"), /^\/app\/[\w-]{12}\/c\.css$/);
  assert(modules.hash !== new WebModules({ ...SOURCES, "c.css": "" }).hash);
});

Deno.test("WebModules serves modules without types, for ever, by paths that fit their imports", async () => {
  const modules = new WebModules(SOURCES);
  await using server = await serveHttp({ port: 0 }, (request) => modules.handle(request));
  const get = (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init);
  const plain = await get(modules.hrefOf("a/one.ts"), {
    headers: { "Accept-Encoding": "identity" },
  });
  assertEquals(plain.headers.get("content-type"), "text/javascript; charset=utf-8");
  assertMatch(plain.headers.get("cache-control")!, /immutable/);
  assertMatch(
    await plain.text(),
    /^ +\nimport \{ b \} from "..\/b\/two.ts";\nexport const a {4}= b;\n$/,
  );
  const style = await get(modules.hrefOf("c.css"));
  assertEquals([style.headers.get("content-type"), await style.text()], [
    ...["text/css; charset=utf-8", SOURCES["c.css"]],
  ]);
  for (
    const path of ["/app/x/a/one.ts", modules.hrefOf("a/none.ts"), modules.hrefOf("constructor")]
  ) {
    const answer = await get(path);
    assertEquals([answer.status, answer.headers.get("cache-control")], [404, "no-store"], path);
    await answer.body?.cancel();
  }
  const post = await get(modules.hrefOf("c.css"), { method: "POST" });
  assertEquals(post.status, 405);
  await post.body?.cancel();
});

Deno.test("WebModules compresses what a client takes compressed", () => {
  const modules = new WebModules(SOURCES);
  const fields = new Map([["accept-encoding", "gzip, br"]]);
  const answer = modules.handle(
    { method: "GET", path: modules.hrefOf("c.css"), fields } as unknown as Parameters<
      WebModules["handle"]
    >[0],
  );
  assert(!(answer instanceof Promise));
  assertEquals((answer.fields as Record<string, string>)["Content-Encoding"], "gzip");
  assertEquals(new TextDecoder().decode(gunzipSync(answer.body as Uint8Array)), SOURCES["c.css"]);
});

Deno.test("every module of the pages can be sent, and imports only what is sent", () => {
  const modules = new WebModules();
  assert(Object.hasOwn(WEB_SOURCES, "station/web/viewer.ts"));
  for (const path of modules.graphOf("station/web/viewer.ts")) {
    assert(Object.hasOwn(WEB_SOURCES, path), path);
  }
});
