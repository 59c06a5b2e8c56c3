import { assert, assertEquals, assertRejects } from "@std/assert";
import { HeliographError } from "../../net/errors.ts";
import { connect } from "../../net/connect.ts";
import { Header } from "../../fits/header/header.ts";
import { serveTcp } from "../../net/serve_tcp.ts";
import { connectWebSocket, sendImage } from "../../http/mod.ts";
import { ArrayClient } from "../../rpc/mod.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { encodeCameraFrame } from "../../fits/fitspipe/feed/frame.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { decodePng } from "../../fits/picture/png.ts";
import { startStation } from "../../station/station.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

async function dataFolder() {
  const folder = await temporaryFolder();
  const pixels = Int16Array.from({ length: 6 }, (_, i) => i * 100);
  await Deno.writeFile(`${folder.path}/image.fits`, await encodeFits([{ pixels, shape: [3, 2] }]));
  await Deno.writeTextFile(`${folder.path}/<b>&.txt`, "text");
  await Deno.writeTextFile(`${folder.path}/.secret`, "hidden");
  return folder;
}

const ANY_PORTS = { port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 };

const settings = (data: string) => ({ data, received: `${data}/received`, ...ANY_PORTS });

Deno.test("startStation() shows data and servers on one page, names escaped", async () => {
  await using folder = await dataFolder();
  await using station = await startStation(settings(folder.path));
  const page = await (await fetch(station.url)).text();
  assert(page.includes(`<a href="/view/image.fits">image.fits</a>`));
  assert(page.includes(`<a href="/files/%3Cb%3E%26.txt">&lt;b&gt;&amp;.txt</a>`));
  assert(!page.includes("secret"));
  for (const { url } of station.services) assert(page.includes(`<code>${url}</code>`));
});

Deno.test("startStation() proposes commands for the data that is there", async () => {
  await using folder = await dataFolder();
  await using station = await startStation(settings(folder.path));
  const commands = station.services.flatMap(({ commands }) => commands);
  assert(commands.includes(`head ${station.url}image.fits`), commands.join("\n"));
  assert(commands.some((line) => line.startsWith(`rpc call 'mean(sun)' sun=${folder.path}/image`)));
  await Deno.rename(`${folder.path}/image.fits`, `${folder.path}/it's one.fits`);
  await using another = await startStation(settings(folder.path));
  const lines = another.services.flatMap(({ commands }) => commands);
  assert(lines.includes(`head ${another.url}it's%20one.fits`), lines.join("\n"));
  assert(lines.some((line) => line.includes(`sun='${folder.path}/it'\\''s one.fits' --port`)));
});

Deno.test("startStation() serves files, pictures of FITS files, feeds and its numbers", async () => {
  await using folder = await dataFolder();
  await using station = await startStation(settings(folder.path));
  const get = (path: string, init?: RequestInit) => fetch(new URL(path, station.url), init);
  assertEquals(await (await get("%3Cb%3E%26.txt")).text(), "text");
  const picture = decodePng(await (await get("image.fits?as=preview&size=3&limits=0,500")).bytes());
  assertEquals([picture.width, picture.height], [3, 2]);
  assertEquals([...picture.data], [153, 204, 255, 0, 51, 102]);
  for (const query of ["colormap=plaid", "limits=plaid", "stretch=plaid", "size=0"]) {
    const wrong = await get(`image.fits?as=preview&${query}`);
    const [name, value] = query.split("=");
    assertEquals(wrong.status, 400);
    const text = await wrong.text();
    assert(text.includes(`'${value}'`) && text.includes(name!), text);
  }
  const listing = await get("", { headers: { Accept: "application/json" } });
  assertEquals(
    (await listing.json()).map(({ name }: { name: string }) => name),
    ["received", "<b>&.txt", "image.fits"],
  );
  const { services } = await (await get("station.json")).json();
  assertEquals(
    services.map(({ name }: { name: string }) => name),
    station.services.map(({ name }) => name),
  );
  const frames = new URL(station.services.find(({ name }) => name === "frames")!.url);
  await using client = await FitspipeClient.connect(`${frames.hostname}:${frames.port}`);
  assertEquals((await client.list()).map(({ feed }) => feed), ["camera"]);
  const frame = await client.get("camera");
  assertEquals([frame.width, frame.height], [640, 480]);
  assertEquals((await (await get("feeds/feeds.json")).json())[0].feed, "camera");
});

Deno.test("startStation() ends what it started when a port is in use", async () => {
  await using folder = await dataFolder();
  await using taken = serveTcp({}, () => {});
  const { port } = taken.address;
  await assertRejects(
    () => startStation({ ...settings(folder.path), port }),
    HeliographError,
    `Cannot listen on 127.0.0.1:${port}: the port is in use`,
  );
});

Deno.test("startStation() ends by its signal, also one that came too early", async () => {
  await using folder = await dataFolder();
  const early = await startStation({ ...settings(folder.path), signal: AbortSignal.abort() });
  await early.finished;
  const controller = new AbortController();
  const { finished } = await startStation({
    ...settings(folder.path),
    signal: controller.signal,
  });
  controller.abort();
  await finished;
});

Deno.test("startStation() keeps the pictures that arrive by WebSocket and as arrays", async () => {
  await using folder = await dataFolder();
  await using station = await startStation(settings(folder.path));
  const url = (name: string) => station.services.find((service) => service.name === name)!.url;
  const gif = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA=");
  {
    await using connection = await connectWebSocket(url("images"));
    assertEquals((await sendImage(connection, gif)).identical, true);
  }
  await using client = await ArrayClient.connect(url("arrays"));
  const picture = { data: Uint8Array.of(0, 255), shape: [2, 1] };
  await client.call("a=image(data,/no_tool)", { arrays: { data: picture } });
  const listing = await fetch(new URL("received/", station.url), {
    headers: { Accept: "application/json" },
  });
  const text = await listing.text();
  assert(/image_received.*\.gif/.test(text) && /\.png/.test(text), text);
});

Deno.test("startStation() tells on its page what happens at each server", async () => {
  await using folder = await dataFolder();
  await using station = await startStation(settings(folder.path));
  const url = (name: string) => station.services.find((service) => service.name === name)!.url;
  const get = async (path: string) => await (await fetch(new URL(path, station.url))).text();
  assert((await get("/")).includes('<ol id="events"></ol>'));

  await get("%3Cb%3E%26.txt");
  await get("it's");
  await get("it's");
  {
    await using connection = await connectWebSocket(url("images"));
    await sendImage(connection, Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA="));
  }
  const { hostname, port } = new URL(url("frames"));
  await using camera = await FitspipeClient.connect(`${hostname}:${port}`);
  for (let i = 0; i < 3; i++) {
    await camera.put("sky", encodeCameraFrame({ width: 3, height: 2, pixels: new Uint16Array(6) }));
  }
  await using client = await ArrayClient.connect(url("arrays"));
  await client.call("1+1");
  const counted = async () => {
    const { events } = JSON.parse(await get("station.json"));
    return events.some(({ text }: { text: string }) => text.includes("call"));
  };
  await until(counted, "the call is counted");

  const { events } = JSON.parse(await get("station.json"));
  const times = events.map(({ time }: { time: string }) => time);
  assertEquals(times, times.toSorted().reverse());
  assertEquals(
    events.map(({ service, text }: { service: string; text: string }) => `${service}: ${text}`),
    [
      "arrays: 1 call so far, 0 failed",
      "frames: frame 3 of sky, 3 x 2",
      "images: image_received.gif, 23 B",
      "files: GET /it's: 404",
      "files: GET /%3Cb%3E%26.txt: 200, 4 B",
    ],
  );
  const page = await get("/");
  assert(page.includes("<span>files</span><span>GET /it&#39;s: 404</span></li>"), page);
});

Deno.test("startStation() shows its page to GET and HEAD of / only, and keeps it fresh", async () => {
  await using folder = await dataFolder();
  await using station = await startStation({ ...settings(folder.path), program: "deno x" });
  const get = (path: string, init?: RequestInit) => fetch(new URL(path, station.url), init);
  const page = await get("/");
  const text = await page.text();
  assert(text.includes('<span class="program">deno x</span> head'), text);
  const fields = ["content-type", "cache-control", "x-content-type-options"];
  const expected = ["text/html; charset=utf-8", "no-store", "nosniff"];
  assertEquals(fields.map((name) => page.headers.get(name)), expected);
  const head = await get("/", { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  assertEquals(fields.map((name) => head.headers.get(name)), expected);
  const listing = await (await get("/?sort=name")).text();
  assert(!listing.includes("<h1>Heliograph</h1>") && listing.includes("image.fits"), listing);
  for (const path of ["/", "/station.json"]) {
    const posted = await get(path, { method: "POST", body: "x" });
    await posted.body?.cancel();
    assertEquals(posted.status, 405, path);
  }
});

Deno.test("startStation() tells numbers as JSON, and the addresses of all its servers", async () => {
  await using folder = await dataFolder();
  await using station = await startStation(settings(folder.path));
  const answer = await fetch(new URL("station.json", station.url));
  assertEquals([answer.status, answer.headers.get("Content-Type")], [200, "application/json"]);
  const { services, events } = await answer.json();
  assertEquals(events, []);
  const { name, url, status, ...numbers } = services[3];
  assertEquals([name, url], ["frames", station.services[3]!.url]);
  assertEquals(numbers.connections, 0);
  assertEquals(numbers.bytes, numbers.frames * (2_880 + 640 * 480 * 2));
  assert(status.startsWith(`0 connections, ${numbers.frames} frame`), status);
  assertEquals(station.services.map(({ url }) => url.replace(/\d+\/?$/, "")), [
    "http://127.0.0.1:",
    "tcp://127.0.0.1:",
    "ws://127.0.0.1:",
    "tcp://127.0.0.1:",
  ]);
});

Deno.test("startStation() has a camera from the beginning, which counts its frames", async () => {
  await using folder = await dataFolder();
  const before = Date.now();
  await using station = await startStation(settings(folder.path));
  const { hostname, port } = new URL(station.services[3]!.url);
  await using client = await FitspipeClient.connect(`${hostname}:${port}`);
  let last = before - 1;
  for (const number of [1, 2]) {
    const { header, pixels, width, height } = await client.get("camera", { frame: number });
    assertEquals([width, height, pixels.length], [640, 480, 640 * 480 * 2]);
    const cards = Header.parse(header);
    assertEquals(cards.get("SEQNUM"), number);
    assertEquals(cards.get("FRMRATE"), 5);
    const time = Date.parse(`${cards.get("DATE")}Z`);
    assert(last < time && time <= Date.now(), `${cards.get("DATE")}`);
    last = time;
  }
});

Deno.test("startStation() says that the folder for what arrives cannot be made", async () => {
  await using folder = await dataFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await assertRejects(
    () => startStation({ ...settings(folder.path), received: `${folder.path}/file/a` }),
    HeliographError,
    `Cannot make the folder '${folder.path}/file/a'`,
  );
});

Deno.test("startStation() closes its servers at its end, and says when they are closed", async () => {
  await using folder = await dataFolder();
  const station = await startStation(settings(folder.path));
  const ports = station.services.map(({ url }) => Number(/:(\d+)\/?$/.exec(url)![1]));
  await station.shutdown();
  await station.finished;
  for (const port of ports) {
    await assertRejects(() => connect({ hostname: "127.0.0.1", port }), HeliographError, "refused");
  }
});

Deno.test("startStation() tells its log who listens, and its page that the data is away", async () => {
  await using folder = await dataFolder();
  const lines: string[] = [];
  await using station = await startStation({
    ...settings(folder.path),
    log: (line) => lines.push(line),
  });
  const url = (name: string) => station.services.find((service) => service.name === name)!.url;
  await using client = await ArrayClient.connect(url("arrays"));
  await client.call("1 + 1");
  assert(lines.some((line) => line.includes("Server listening")), lines.join("\n"));
  await Deno.rename(folder.path, `${folder.path}-away`);
  const page = await fetch(station.url);
  const text = await page.text();
  await Deno.rename(`${folder.path}-away`, folder.path);
  assertEquals(page.status, 200);
  assert(text.includes("The folder cannot be read: there is no such file."), text);
});

Deno.test("startStation() serves files at two places, kept from acting as its pages", async () => {
  await using folder = await dataFolder();
  await Deno.writeTextFile(`${folder.path}/page.html`, "<script>alert(1)</script>");
  await using station = await startStation(settings(folder.path));
  const get = (path: string) => fetch(new URL(path, station.url), { redirect: "manual" });
  for (const path of ["page.html", "files/page.html"]) {
    const answer = await get(path);
    await answer.body?.cancel();
    assertEquals(
      [answer.status, answer.headers.get("content-security-policy")],
      [200, "sandbox"],
      path,
    );
  }
  const page = await get("");
  assert(page.headers.get("content-security-policy")!.startsWith("default-src 'none'"));
  await page.body?.cancel();
  for (const path of ["files", "view", "feeds"]) {
    const answer = await get(path);
    await answer.body?.cancel();
    assertEquals([answer.status, answer.headers.get("location")], [301, `/${path}/`]);
  }
  const listing = await (await get("files/")).text();
  assert(listing.includes('<a class="form" href="/view/image.fits">view</a>'), listing);
  assert(listing.includes('src="/fits/image.fits?format=thumbnail&amp;size=64"'), listing);
  const icon = await get("favicon.ico");
  assertEquals([icon.status, icon.headers.get("content-type")], [200, "image/svg+xml"]);
  await icon.body?.cancel();
  const problems = await (await get("problems")).text();
  assert(problems.includes('<h2 id="unknown-parameter">'), problems);
  assertEquals(await (await get("healthz")).text(), "ok\n");
});

Deno.test("startStation() gives pages of other sites nothing, whatever they ask for", async () => {
  await using folder = await dataFolder();
  await using station = await startStation(settings(folder.path));
  const headers = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" };
  for (
    const path of [
      "",
      "image.fits",
      "files/image.fits",
      "fits/image.fits",
      "feeds/camera.png",
      "station.json",
    ]
  ) {
    const answer = await fetch(new URL(path, station.url), { headers });
    await answer.body?.cancel();
    assertEquals(answer.status, 403, path);
  }
});

Deno.test("startStation() has all its addresses below a base path", async () => {
  await using folder = await dataFolder();
  await using station = await startStation({ ...settings(folder.path), basePath: "/obs/sun" });
  assert(station.url.endsWith("/obs/sun/"));
  const seen = new Set<string>();
  const wrong: string[] = [];
  const queue = [
    "",
    "local",
    "problems",
    "feeds/",
    "files/",
    "view/image.fits",
    "view/feeds/camera",
  ];
  for (const path of queue) {
    const url = new URL(path, station.url);
    if (seen.has(url.href)) continue;
    seen.add(url.href);
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    const text = await response.text();
    if (!response.ok) wrong.push(`${response.status} ${url.pathname}`);
    if (!response.headers.get("content-type")?.startsWith("text/html")) continue;
    for (const [, found] of text.matchAll(/(?:href|src|action|data-\w+)="([^"]*)"/g)) {
      const link = found!.replaceAll("&amp;", "&");
      if (!link.startsWith("/") || link.startsWith("//")) continue;
      // One has no end, the others are no pages.
      if (link.startsWith("/obs/sun/events?") || /^\/obs\/sun\/(?:live|fits\/)$/.test(link)) {
        continue;
      }
      if (link.startsWith("/obs/sun/") || link === "/obs/sun") {
        queue.push(new URL(link, url).href);
      } else wrong.push(`${url.pathname} -> ${link}`);
    }
  }
  assertEquals(wrong, []);
  assert([...seen].some((url) => url.includes("/obs/sun/app/")), "the modules were asked for");
  const outside = await fetch(new URL("/files/", station.url));
  assertEquals(outside.status, 404);
  await outside.body?.cancel();
  const bare = await fetch(new URL("/obs/sun", station.url), { redirect: "manual" });
  assertEquals([bare.status, bare.headers.get("location")], [301, "/obs/sun/"]);
  const problem = await (await fetch(new URL("fits/none.fits?format=info", station.url))).json();
  assertEquals([problem.type, problem.instance], [
    "/obs/sun/problems#not-found",
    "/obs/sun/fits/none.fits",
  ]);
});

Deno.test("startStation() with a token shows and takes nothing without it, and never tells it", async () => {
  await using folder = await dataFolder();
  const token = "a-token-for-this-test";
  await using station = await startStation({ ...settings(folder.path), token });
  const url = (name: string) => station.services.find((service) => service.name === name)!.url;
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, station.url), { headers });
    return { status: response.status, text: await response.text() };
  };
  for (const path of ["", "files/image.fits", "status", "feeds/camera.png", "view/image.fits"]) {
    assertEquals((await get(path)).status, 401, path);
  }
  assertEquals(await get("healthz"), { status: 200, text: "ok\n" });
  const bearer = { Authorization: `Bearer ${token}` };
  await get(`?token=${token}`);
  for (const path of ["", "status", "feeds/", "view/image.fits"]) {
    const { status, text } = await get(path, bearer);
    assertEquals([status, text.includes(token)], [200, false], path);
  }
  await assertRejects(() => connectWebSocket(url("images")), HeliographError);
  await assertRejects(
    async () => await (await ArrayClient.connect(url("arrays"))).call("1"),
    HeliographError,
  );
  await using client = await ArrayClient.connect(url("arrays"), { token });
  assertEquals((await client.call("1 + 1"))?.data[0], 2);
});
