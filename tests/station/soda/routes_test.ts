import { assert, assertEquals, assertMatch } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { cutout } from "../../../fits/cutout/mod.ts";
import { startStation } from "../../../station/station.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const SKY = [
  ...[Card.of("CTYPE1", "RA---TAN"), Card.of("CTYPE2", "DEC--TAN")],
  ...[Card.of("CRPIX1", 30.5), Card.of("CRPIX2", 20.5), Card.of("CRVAL1", 83.6)],
  ...[Card.of("CRVAL2", 22), Card.of("CDELT1", -0.001), Card.of("CDELT2", 0.001)],
];
const FREQUENCY = [
  ...[Card.of("CTYPE3", "FREQ"), Card.of("CUNIT3", "Hz"), Card.of("CRPIX3", 1)],
  ...[Card.of("CRVAL3", 1e9), Card.of("CDELT3", 1e6)],
];

async function station(basePath = "", token?: string) {
  const folder = await temporaryFolder();
  const pixels = (count: number) => Int16Array.from({ length: count }, (_, i) => i % 30_000);
  const sky = { pixels: pixels(2_400), shape: [60, 40], header: SKY };
  const cube = { pixels: pixels(12_000), shape: [60, 40, 5], header: [...SKY, ...FREQUENCY] };
  const table = tableHdu({ name: "T", columns: [{ name: "A", values: Int32Array.of(1) }] });
  const plain = { pixels: pixels(4), shape: [2, 2], name: "PLAIN" };
  await Deno.writeFile(`${folder.path}/sky.fits`, await encodeFits([sky, table, plain]));
  await Deno.writeFile(`${folder.path}/cube.fits`, await encodeFits([cube]));
  const running = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, basePath, token },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  return {
    path: folder.path,
    url: running.url,
    sync: (query: string, init?: RequestInit) =>
      fetch(new URL(`soda/sync?${query}`, running.url), init),
    [Symbol.asyncDispose]: async () => {
      await running.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("/soda/sync cuts what `heliograph fits cutout` cuts", async () => {
  await using served = await station();
  const cases: [query: string, file: string, section: string | undefined][] = [
    ["ID=sky.fits", "sky.fits", undefined],
    // Ten pixels around the edge of two.
    ["ID=sky.fits&POS=CIRCLE 83.6 22 0.0099", "sky.fits", "21:40,11:30"],
    ["ID=/sky.fits&POS=RANGE 0 360 22.0045 90", "sky.fits", "1:60,25:40"],
    ["ID=sky.fits&CIRCLE=83.6 22 5", "sky.fits", "1:60,1:40"],
    // Planes 2 and 3 have 1.0005e9 to 1.0025e9 Hz, 0.299643 to 0.299045 m.
    ["ID=cube.fits&BAND=0.29905 0.29964", "cube.fits", "*,*,2:3"],
    ["ID=cube.fits&BAND=0.2993 Inf&POS=CIRCLE 83.6 22 0.0099", "cube.fits", "21:40,11:30,1:3"],
  ];
  for (const [query, file, section] of cases) {
    const answer = await served.sync(query);
    assertEquals(
      [answer.status, answer.headers.get("content-type")],
      [200, "application/fits"],
      query,
    );
    const bytes = await answer.bytes();
    await using whole = await openFits(`${served.path}/${file}`);
    const own = await cutout(whole, { section });
    const shapes = (part: Awaited<ReturnType<typeof openFits>>) =>
      part.hdu(0).then(({ shape }) => shape);
    assertEquals(
      await shapes(await openFits(bytes)),
      await shapes(await openFits(await own.bytes())),
      query,
    );
    assertEquals(bytes, await own.bytes(), query);
  }
});

Deno.test("/soda/sync takes forms, and tells what there is nothing of", async () => {
  await using served = await station("/obs");
  const form = new URLSearchParams({ ID: "sky.fits", POS: "CIRCLE 83.6 22 0.0099" });
  const posted = await served.sync("", { method: "POST", body: form });
  assertEquals(posted.status, 200);
  await using cut = await openFits(await posted.bytes());
  assertEquals((await cut.hdu(0)).shape, [20, 20]);
  for (const query of ["POS=CIRCLE 1 2 0.1", "POS=CIRCLE 263.6 -22 0.1"]) {
    const nothing = await served.sync(`ID=sky.fits&${query}`);
    assertEquals([nothing.status, await nothing.text()], [204, ""], query);
  }
  const band = await served.sync("ID=cube.fits&BAND=1e-7 2e-7");
  assertEquals([band.status, await band.text()], [204, ""]);
});

Deno.test("/soda/sync says what is wrong in the standard's words", async () => {
  await using served = await station();
  const cases: [query: string, status: number, words: RegExp][] = [
    ["", 400, /^UsageError: ID is missing/],
    ["ID=sky.fits&ID=sky.fits", 400, /^MultiValuedParamNotSupported: /],
    ["ID=sky.fits&TIME=1 2", 400, /^UsageError: TIME/],
    ["ID=none.fits", 404, /^UsageError: /],
    ["ID=../secret", 400, /^UsageError: /],
    ["ID=sky.fits&HDU=7", 422, /^UsageError: Cannot find/],
    ["ID=sky.fits&HDU=T", 404, /^UsageError: sky.fits has no image in HDU T/],
    ["ID=sky.fits&HDU=PLAIN&POS=CIRCLE 1 2 3", 400, /^UsageError: POS: axes 1 and 2/],
    ["ID=sky.fits&BAND=1 2", 400, /^UsageError: BAND: the image has no axis/],
  ];
  for (const [query, status, words] of cases) {
    const answer = await served.sync(query);
    const text = await answer.text();
    assertEquals([answer.status, answer.headers.get("content-type")], [
      status,
      "text/plain; charset=utf-8",
    ], `${query}: ${text}`);
    assertMatch(text, words, query);
  }
  const put = await served.sync("ID=sky.fits", { method: "PUT", body: "x" });
  assertEquals([put.status, put.headers.get("allow")], [405, "GET, HEAD, POST"]);
  await put.body?.cancel();
  const text = await served.sync("ID=sky.fits", { method: "POST", body: "x" });
  assertEquals(text.status, 415);
  await text.body?.cancel();
});

Deno.test("/soda/ describes itself, at the address that it was found at", async () => {
  await using served = await station("/obs");
  const ask = async (name: string) => {
    const answer = await fetch(new URL(`soda/${name}`, served.url));
    return [answer.status, await answer.text()] as const;
  };
  const [status, capabilities] = await ask("capabilities");
  assertEquals(status, 200);
  assert(capabilities.includes('standardID="ivo://ivoa.net/std/SODA#sync-1.0"'));
  assert(capabilities.includes(`>${served.url}soda/sync</accessURL>`), capabilities);
  assertMatch((await ask("availability"))[1], /<vosi:available>true</);
  assertEquals((await ask("async"))[0], 404);
});

Deno.test("/soda/ needs the token that the station has", async () => {
  await using served = await station("", "secret-token");
  assertEquals((await served.sync("ID=sky.fits")).status, 401);
  const headers = { Authorization: "Bearer secret-token" };
  const answer = await served.sync("ID=sky.fits", { headers });
  assertEquals(answer.status, 200);
  await answer.body?.cancel();
});
