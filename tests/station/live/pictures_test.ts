import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeFits, openFits } from "../../../fits/mod.ts";
import { encodeNpy } from "../../../fits/image/npy.ts";
import { encodePng } from "../../../fits/picture/png.ts";
import { connectWebSocket, sendImage } from "../../../http/mod.ts";
import { ArrayClient } from "../../../rpc/mod.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { EventBus } from "../../../station/live/bus.ts";
import { fitsOfFile } from "../../../station/live/picture_file.ts";
import { PictureRoutes } from "../../../station/live/picture_routes.ts";
import { PictureStore } from "../../../station/live/pictures.ts";
import { startStation } from "../../../station/station.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const ANY_PORTS = { port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 };
const HOSTILE = "<img src=x onerror=alert(1)>";

async function station() {
  const folder = await temporaryFolder();
  const running = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, ...ANY_PORTS },
  });
  const url = (name: string) => running.services.find((service) => service.name === name)!.url;
  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, running.url), init);
  return {
    url,
    ask,
    json: async (path: string) => await (await ask(path)).json(),
    [Symbol.asyncDispose]: async () => {
      await running.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The values of the first image of a FITS file. */
async function valuesOf(bytes: Uint8Array) {
  await using file = await openFits(bytes);
  const { pixels, shape } = await file.image();
  return { pixels: [...pixels as Iterable<number>], shape };
}

Deno.test("a picture of a command is kept as its values, and told of", async () => {
  await using running = await station();
  const end = new AbortController();
  const events = await running.ask("events?topics=pictures", { signal: end.signal });
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  await using client = await ArrayClient.connect(running.url("arrays"));
  const data = Float32Array.of(0.5, 1.5, -2, 3e30, 5, 6);
  await client.call("a=image(data,/no_tool)", { arrays: { data: { data, shape: [3, 2] } } });
  const told = (await reader.read()).value!;
  assertMatch(told, /^event: picture\nid: \d+\ndata: \{/);
  end.abort();
  await reader.cancel().catch(() => {});
  const [picture] = await running.json("pictures/");
  assertEquals(
    [picture.id, picture.shape, picture.type, picture.command, picture.url, picture.bytes],
    ["1", [3, 2], "float32", "a=image(data,/no_tool)", "/view/pictures/1", 24],
  );
  assertMatch(picture.from, /^127\.0\.0\.1:\d+$/);
  const file = await (await running.ask("fits/pictures/1?format=fits")).bytes();
  assertEquals(await valuesOf(file), { pixels: [...data], shape: [3, 2] });
  const page = await (await running.ask("view/pictures/1")).text();
  assert(page.includes('data-source="/fits/pictures/1"'));
  const list = await (await running.ask("pictures/", { headers: { Accept: "text/html" } })).text();
  assert(list.includes('src="/fits/pictures/1?format=thumbnail&amp;size=128"'));
});

Deno.test("colours of a command become planes, also where a worker has drawn them", async () => {
  await using running = await station();
  await using client = await ArrayClient.connect(running.url("arrays"));
  const side = 200;
  const colors = Uint8Array.from({ length: 3 * side * side }, (_, i) => i % 3 * 100);
  await client.call("tv, data, true=1", {
    arrays: { data: { data: colors, shape: [3, side, side] } },
  });
  const info = await running.json("fits/pictures/1?format=info");
  assertEquals(info.hdus[0].shape, [side, side, 3]);
  for (const [i, value] of [0, 100, 200].entries()) {
    const { min, max } = await running.json(
      `fits/pictures/1?format=statistics&section=*,*,${i + 1}`,
    );
    assertEquals([min, max], [value, value]);
  }
});

Deno.test("pictures on their way take no more memory together than they may", async () => {
  const store = new PictureStore({ base: "", bus: new EventBus() });
  const routes = new PictureRoutes({
    ...{ store, base: "/pictures/", places: { home: "/", problems: "/problems" } },
    ...{ trustProxy: false, maxReceiving: 6_000, page: () => ({ status: 200 }) },
  });
  const came = Promise.withResolvers<void>();
  await using server = await serveHttp({ port: 0 }, (request) => routes.handle(request));
  const fits = await encodeFits([{ pixels: Int16Array.of(1, 2, 3, 4), shape: [2, 2] }]);
  assertEquals(fits.length, 5_760);
  const put = (name: string, body: BodyInit) =>
    fetch(new URL(`pictures/${name}`, server.url), { method: "PUT", body });
  let rest!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const first = put(
    "first",
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        rest = controller;
        controller.enqueue(fits.slice(0, 5_000));
      },
      pull: () => came.resolve(),
    }),
  );
  await came.promise;
  // What of the first has been read is not known here: asked until the second is refused.
  let refused = await put("second", fits);
  for (let i = 0; refused.status === 201 && i < 1_000; i++) {
    await refused.body?.cancel();
    refused = await put("second", fits);
  }
  assertEquals([refused.status, (await refused.json()).detail], [
    503,
    "6000 bytes of pictures are on their way already",
  ]);
  rest.enqueue(fits.slice(5_000));
  rest.close();
  const kept = await first;
  assertEquals([kept.status, (await kept.json()).name], [201, "first"]);
  const again = await put("third", fits);
  assertEquals([again.status, (await again.json()).name], [201, "third"]);
});

Deno.test("pictures are put, shown and deleted by programs, and names are text", async () => {
  await using running = await station();
  const put = (name: string, body: Uint8Array<ArrayBuffer>) =>
    running.ask(`pictures/${encodeURIComponent(name)}`, { method: "PUT", body });
  const fits = await encodeFits([{ pixels: Int16Array.of(1, 2, 3, 4), shape: [2, 2] }]);
  const first = await put(HOSTILE, fits);
  assertEquals([first.status, first.headers.get("location")], [201, "/view/pictures/1"]);
  assertEquals((await first.json()).name, HOSTILE);
  const npy = encodeNpy({ type: "f64", shape: [3, 1], data: Float64Array.of(1.5, NaN, 3) });
  assertEquals((await put("a.npy", npy)).status, 201);
  assertEquals(
    await valuesOf(await (await running.ask("fits/pictures/2?format=fits")).bytes()),
    { pixels: [1.5, NaN, 3], shape: [3, 1] },
  );
  const png = encodePng({
    width: 1,
    height: 2,
    color: "rgb",
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
  });
  assertEquals((await put("a.png", png)).status, 201);
  // Rows from the bottom, and a plane for each colour.
  assertEquals(
    await valuesOf(await (await running.ask("fits/pictures/3?format=fits")).bytes()),
    { pixels: [4, 1, 5, 2, 6, 3], shape: [1, 2, 3] },
  );
  const bad = await put("a.txt", new TextEncoder().encode("no picture"));
  assertEquals([bad.status, (await bad.json()).detail], [
    415,
    "a.txt begins with 6e6f207069637475, expected FITS, npy, PNG or JPEG",
  ]);
  assertEquals((await put("b.png", png.slice(0, 40))).status, 422);
  const list = await (await running.ask("pictures/", { headers: { Accept: "text/html" } })).text();
  const home = await (await running.ask("")).text();
  const view = await (await running.ask("view/pictures/1")).text();
  for (const page of [list, home, view]) assert(!page.includes("<img src=x"), page);
  const foreign = await running.ask("pictures/x", {
    method: "PUT",
    body: fits,
    headers: { Origin: "http://other.example" },
  });
  assertEquals(foreign.status, 403);
  assertEquals((await running.ask("pictures/1", { method: "DELETE" })).status, 204);
  assertEquals((await running.ask("pictures/1", { method: "DELETE" })).status, 404);
  assertEquals((await running.ask("fits/pictures/1?format=info")).status, 404);
});

Deno.test("an image over WebSocket is a picture, too", async () => {
  await using running = await station();
  const png = encodePng({ width: 2, height: 1, color: "gray", data: Uint8Array.of(7, 9) });
  await using connection = await connectWebSocket(running.url("images"));
  assertEquals((await sendImage(connection, png)).identical, true);
  const [picture] = await running.json("pictures/");
  assertEquals([picture.type, picture.bytes], ["png", png.length]);
  assertEquals(
    await valuesOf(await (await running.ask("fits/pictures/1?format=fits")).bytes()),
    { pixels: [7, 9], shape: [2, 1] },
  );
});

Deno.test("PictureStore keeps so many bytes, and gives up the oldest", async () => {
  const bus = new EventBus();
  const store = new PictureStore({ base: "", bus, maxBytes: 100 });
  const bytes = await fitsOfFile(await encodeFits([{ pixels: new Uint8Array(1), shape: [1] }]));
  const add = (size: number) =>
    store.add({
      ...{ name: "a", from: "", type: "fits", bytes: size },
      file: () => Promise.resolve(bytes),
    });
  add(40);
  using inUse = await store.use(["1"]);
  add(40);
  add(40);
  assertEquals([store.list().map(({ id }) => id), store.bytes], [["3", "2"], 80]);
  // Who reads it goes on.
  assertEquals((await inUse.file.fits.image()).shape, [1]);
  assertEquals(bus.last, 3);
});
