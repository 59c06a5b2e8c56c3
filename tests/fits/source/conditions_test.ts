/** How a file that changes is found out, by the two conditions that tie requests together. */

import { assertEquals, assertRejects } from "@std/assert";
import { openRanges, type RangeOrigin } from "../../../fits/source/http.ts";
import { HttpClient } from "../../../http/client/client.ts";
import { FormatError } from "../../../net/errors.ts";

const BYTES = Uint8Array.from({ length: 400_000 }, (_, i) => i % 251);

/** A server of one object whose tag may change; `heeds` says which conditions it knows. */
function serve(heeds: readonly string[]) {
  const object = { tag: '"v1"' };
  const conditions: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const of = (name: string) => heeds.includes(name) ? request.headers.get(name) : null;
    for (const name of ["if-match", "if-range"]) {
      const value = request.headers.get(name);
      if (value !== null) conditions.push(`${name}: ${value}`);
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range")!)!.map(Number);
    const headers = { ETag: object.tag };
    const ifMatch = of("if-match");
    if (ifMatch !== null && ifMatch !== object.tag) {
      return new Response("<Error/>", { status: 412, headers });
    }
    const ifRange = of("if-range");
    if (ifRange !== null && ifRange !== object.tag) return new Response(BYTES, { headers });
    const body = BYTES.slice(first!, last! + 1);
    const range = `bytes ${first}-${first! + body.length - 1}/${BYTES.length}`;
    return new Response(body, { status: 206, headers: { ...headers, "Content-Range": range } });
  });
  return {
    url: new URL(`http://127.0.0.1:${server.addr.port}/object`),
    object,
    conditions,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function originOf(url: URL, condition: RangeOrigin["condition"]): RangeOrigin {
  const client = new HttpClient();
  return {
    name: "the object",
    condition,
    ask: (fields) => client.send("GET", url, fields),
    close: () => client.close(),
  };
}

Deno.test("openRanges() ties every later request to the first answer, and mixes no versions", async () => {
  const told = 'it has been changed: its ETag is "v2" now, and was "v1"';
  const cases: [condition: RangeOrigin["condition"], heeds: string[], message: string][] = [
    ["If-Range", ["if-range"], "it has been changed"],
    ["If-Range", [], told],
    ["If-Match", ["if-match"], "it has been changed"],
    ["If-Match", [], told],
  ];
  for (const [condition, heeds, message] of cases) {
    await using server = serve(heeds);
    const source = await openRanges(originOf(server.url, condition), {});
    const target = new Uint8Array(200_000);
    assertEquals(await source.readInto(100_000, target), 200_000);
    assertEquals(target, BYTES.slice(100_000, 300_000));
    assertEquals(server.conditions, [`${condition.toLowerCase()}: "v1"`]);
    server.object.tag = '"v2"';
    const error = await assertRejects(() => source.readInto(100_000, target), FormatError);
    assertEquals(error.message, `Cannot read the object at byte 100000: ${message}`);
    await source.close();
  }
});

Deno.test("openRanges() sends no weak tag as a condition", async () => {
  for (const condition of ["If-Range", "If-Match"] as const) {
    await using server = serve(["if-range", "if-match"]);
    server.object.tag = 'W/"v1"';
    const source = await openRanges(originOf(server.url, condition), {});
    assertEquals((await source.read(100_000, 200_000)).length, 200_000);
    assertEquals(server.conditions, []);
    await source.close();
  }
});
