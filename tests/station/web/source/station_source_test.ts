import { assertEquals, assertRejects } from "@std/assert";
import { ChangedError } from "../../../../station/web/source/picture_source.ts";
import { StationSource } from "../../../../station/web/source/station_source.ts";
import { tileBytes } from "../../../support/station/tile_bytes.ts";

const HDU = { index: 1, validator: "abc" };

/** A source whose station answers as a test says, and what it is asked. */
function sourceOf(answer: (url: URL) => Response): { source: StationSource; asked: string[] } {
  const asked: string[] = [];
  const ask = (input: string | URL | Request) => {
    const url = new URL(input as string);
    asked.push(url.pathname + url.search);
    return Promise.resolve(answer(url));
  };
  return { source: new StationSource("http://host/fits/a%20b.fits", { fetch: ask }), asked };
}

Deno.test("StationSource asks for tiles, values, limits and histograms by the version of the HDU", async () => {
  const tile = tileBytes({ type: 3, width: 2, height: 1 }, Int16Array.of(5, 6));
  const { source, asked } = sourceOf((url) =>
    /tile|values/.test(url.searchParams.get("format")!)
      ? new Response(tile)
      : Response.json([{ index: 1, cards: [["OBJECT", "Sun", "what"]] }])
  );
  const { signal } = new AbortController();
  const place = { level: 2, x: 3, y: 4, draft: false };
  assertEquals((await source.tile(HDU, [7, 2], place, signal)).values, Int16Array.of(5, 6));
  await source.tile(HDU, [], { ...place, draft: true }, signal);
  await source.values(HDU, "1:1,2:2", signal);
  await source.limits(HDU, [3], { limits: "percentile:99", scope: "file" }, signal);
  await source.histogram(HDU, [], { scope: "plane", bins: 4, range: [-1, 2.5] }, signal);
  assertEquals((await source.header(HDU, signal)).get("OBJECT"), "Sun");
  const path = "/fits/a%20b.fits?format=";
  assertEquals(asked, [
    `${path}tile&hdu=1&plane=7,2&tile=2/3/4&v=abc`,
    `${path}tile&hdu=1&tile=2/3/4&draft=1&v=abc`,
    `${path}values&hdu=1&section=1:1,2:2&v=abc`,
    `${path}limits&hdu=1&plane=3&limits=percentile:99&scope=file&v=abc`,
    `${path}histogram&hdu=1&bins=4&range=-1,2.5&v=abc`,
    `${path}header&hdu=1&v=abc`,
  ]);
  assertEquals(
    source.cutoutUrl(HDU, "1:4,2:3"),
    "http://host/fits/a%20b.fits?format=fits&hdu=1&section=1:4,2:3",
  );
});

Deno.test("StationSource tells why a station refuses, and that a file has changed", async () => {
  const { signal } = new AbortController();
  const refused = (status: number, body: string) => sourceOf(() => new Response(body, { status }));
  const problem = JSON.stringify({ title: "Unknown", detail: "no parameter 'x'" });
  await assertRejects(() => refused(400, problem).source.info(signal), Error, "no parameter 'x'");
  await assertRejects(() => refused(409, problem).source.info(signal), ChangedError);
  await assertRejects(
    () => refused(502, "<h1>").source.info(signal),
    Error,
    "the station answers 502",
  );
});

Deno.test("StationSource asks for the rows of the table itself, where it shows an image of it", async () => {
  const asked: string[] = [];
  const source = new StationSource("http://host/fits/e.fits?bin=X,Y,2&table=1&filter=PI%3E3", {
    fetch: (input) => {
      asked.push(String(input));
      return Promise.resolve(Response.json({}));
    },
  });
  const { signal } = new AbortController();
  await source.rows(HDU, 1, 9, { sort: "X" }, signal);
  await source.info(signal);
  assertEquals(asked, [
    "http://host/fits/e.fits?format=rows&hdu=1&rows=1:9&sort=X&v=abc",
    "http://host/fits/e.fits?bin=X,Y,2&table=1&filter=PI%3E3&format=info",
  ]);
});
