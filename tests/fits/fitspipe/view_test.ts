import { assert, assertEquals } from "@std/assert";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { connect } from "../../../net/connect.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";
import { FeedStore } from "../../../fits/fitspipe/feed/store.ts";
import { cameraFrameFile, encodeCameraFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { feedView } from "../../../fits/fitspipe/view.ts";
import { decodePng } from "../../../fits/picture/png.ts";

/** Puts a frame whose left pixel is dark and whose right one is bright. */
function put(store: FeedStore, width = 2, height = 1): void {
  const pixels = new Uint16Array(width * height).map((_, i) => i % width === 0 ? 100 : 60_000);
  const [header, data] = encodeCameraFrame({ width, height, pixels });
  store.put("cam", { width, height, header: header!, pixels: data!.slice(0, pixels.byteLength) });
}

async function view(store: FeedStore) {
  return await serveHttp({ port: 0 }, feedView(store, { base: "/feeds/", rate: 1_000 }));
}

Deno.test("feedView() answers the page, the feeds and the newest frame", async () => {
  const store = new FeedStore();
  await using server = await view(store);
  const get = (path: string) => fetch(new URL(`/feeds/${path}`, server.url));
  const page = await get("");
  assertEquals(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  const empty = await page.text();
  assert(empty.includes("<title>Feeds · Heliograph</title>") && empty.includes("<main>"));
  assert(empty.includes('id="none">No feed has a frame yet'));
  for (const path of ["cam.png", "cam.live", "none.fits", "../x.png", "cam", "a%2Fb.png"]) {
    const response = await get(path);
    assertEquals([response.status, await response.text()], [404, "Not found\n"], path);
  }
  put(store);
  // The page tells the truth without script.
  const text = await (await get("")).text();
  assert(text.includes('<img src="cam.png" alt="The newest frame of feed cam">'), text);
  assert(/<span>2 × 1, frame 1, at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC<\/span>/.test(text), text);
  assert(text.includes('id="none" hidden>'), text);
  const { feed, newest, width } = (await (await get("feeds.json")).json())[0];
  assertEquals([feed, newest, width], ["cam", 1, 2]);
  const png = decodePng(await (await get("cam.png")).bytes());
  assertEquals([png.width, png.height, ...png.data], [2, 1, 0, 255]);
  const file = await (await get("cam.fits")).bytes();
  assertEquals(
    file,
    new Uint8Array(
      await new Blob(cameraFrameFile(store.get("cam", 1)!)).arrayBuffer(),
    ),
  );
  const post = await fetch(new URL("/feeds/", server.url), { method: "POST" });
  assertEquals([post.status, post.headers.get("Allow")], [405, "GET, HEAD"]);
  await post.body?.cancel();
});

Deno.test("feedView() pushes new frames, and a slow reader gets the newest", async () => {
  const store = new FeedStore();
  put(store);
  await using server = await view(store);
  const socket = await connect(server.address);
  const reader = new SocketReader(socket, { timeout: 10_000 });
  await writeAll(socket, new TextEncoder().encode("GET /feeds/cam.live HTTP/1.0\r\n\r\n"));
  let head = "";
  while (!head.endsWith("\n\n")) head += await reader.readLine(1_000) + "\n";
  assert(head.includes("multipart/x-mixed-replace; boundary=heliograph-frame"), head);
  const delimiter = "--heliograph-frame\r\nContent-Type: image/png\r\n\r\n";
  assertEquals(await reader.readExactly(delimiter.length), new TextEncoder().encode(delimiter));
  // A part is whole for a browser when the next one begins.
  const part = async () => {
    const end = new TextEncoder().encode("\r\n" + delimiter);
    const bytes = await reader.readUntil(end, 100_000);
    return decodePng(bytes.slice(0, bytes.length - end.length)).width;
  };
  assertEquals(await part(), 2);
  put(store, 3);
  assertEquals(await part(), 3);
  // Two at once: the reader, which has taken neither, gets the second.
  put(store, 4);
  put(store, 5);
  const next = await part();
  assertEquals(next === 5 || await part() === 5, true);
  socket.close();
  reader.release();
});
