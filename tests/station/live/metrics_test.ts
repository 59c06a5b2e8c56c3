import { assert, assertEquals, assertMatch } from "@std/assert";
import { RequestMetrics } from "../../../station/live/metrics.ts";
import { startStation } from "../../../station/station.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const record = (target: string | undefined, status: number, duration: number) => ({
  ...{ host: "127.0.0.1", time: 0, method: "GET", target, version: "1.1", status, bytes: 1 },
  ...{ duration, referrer: undefined, userAgent: undefined },
});

Deno.test("RequestMetrics counts kinds of paths, times and refusals", () => {
  const metrics = new RequestMetrics("/x");
  metrics.note(record("/x/", 200, 3));
  metrics.note(record("/x/fits/a.fits?format=info", 200, 40));
  metrics.note(record("/x/fits/b.fits", 401, 0.5));
  metrics.note(record("/x/a/b.txt", 404, 3_000));
  metrics.note(record(undefined, 400, 0));
  const values = [[{ feed: 'a"\\\n' }, 3]] as const;
  const text = metrics.write([{ name: "frames_total", help: "Frames.", type: "counter", values }]);
  for (
    const line of [
      'heliograph_http_requests_total{route="home",status="200"} 1',
      'heliograph_http_requests_total{route="fits",status="200"} 1',
      'heliograph_http_requests_total{route="file",status="404"} 1',
      'heliograph_http_requests_total{route="none",status="400"} 1',
      'heliograph_http_seconds_bucket{le="0.005"} 3',
      'heliograph_http_seconds_bucket{le="+Inf"} 5',
      "heliograph_http_seconds_count 5",
      'heliograph_refused_total{reason="token"} 1',
      'heliograph_frames_total{feed="a\\"\\\\\\n"} 3',
    ]
  ) assert(text.split("\n").includes(line), `${line}\n${text}`);
  // Every line is a comment or a sample.
  for (const line of text.trimEnd().split("\n")) {
    assertMatch(line, /^(# (HELP|TYPE) \w+ .+|heliograph_\w+(\{.*\})? [\d.e+-]+)$/);
  }
});

Deno.test("/status, /metrics and /healthz tell of the station, frames have numbers and tags", async () => {
  await using folder = await temporaryFolder();
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, version: "1.2.3" },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, station.url), init);
  assertEquals(await (await ask("healthz")).text(), "ok\n");
  const status = await (await ask("status")).json();
  assertEquals(status.version, "1.2.3");
  assertEquals(Object.keys(status.memory), ["pyramids", "answers", "pictures", "feeds", "rss"]);
  const metrics = await (await ask("metrics")).text();
  assertMatch(metrics, /^heliograph_connections\{service="files"\} \d+$/m);
  assertMatch(metrics, /^heliograph_frames_total\{feed="camera"\} \d+$/m);
  const [feed] = await (await ask("feeds/", { headers: { Accept: "application/json" } })).json();
  assertEquals([feed.feed, feed.width, feed.height], ["camera", 640, 480]);
  assertEquals([feed.viewers, feed.skipped, typeof feed.gaps], [0, 0, "number"]);
  // A tile of a frame is made once, and kept.
  const tile = `fits/feeds/camera?number=${feed.newest}&format=tile&tile=0`;
  for (let i = 0; i < 2; i++) await (await ask(`${tile}/0/0`)).bytes();
  await (await ask(`${tile}/9/0`)).bytes();
  const told = (await (await ask("metrics")).text()).split("\n");
  for (
    const line of [
      'heliograph_tiles_total{result="made"} 1',
      'heliograph_tiles_total{result="kept"} 1',
      'heliograph_tiles_total{result="draft"} 0',
      'heliograph_tiles_total{result="failed"} 1',
      "heliograph_cache_hits_total 1",
      "heliograph_pyramid_bytes 0",
    ]
  ) assert(told.includes(line), `${line}\n${told.join("\n")}`);
  const numbers: number[] = [];
  let after = 0;
  for (const form of ["fits", "png", "jpg"]) {
    const answer = await ask(`feeds/camera/latest.${form}?after=${after}`);
    const bytes = await answer.bytes();
    after = Number(answer.headers.get("heliograph-frame"));
    numbers.push(after);
    const begins = { fits: "53494d50", png: "89504e47", jpg: "ffd8ffe0" }[form]!;
    assertEquals(bytes.subarray(0, 4).toHex(), begins);
    assert(answer.headers.get("etag")!.includes(`camera-${after}-${form}`));
  }
  assertEquals(new Set(numbers).size, 3, `${numbers}`);
  const info = await (await ask(`fits/feeds/camera?format=info&number=${numbers[0]}`)).json();
  assertEquals(info.hdus[0].shape, [640, 480]);
  const wrong: [path: string, status: number][] = [
    ["feeds/none/latest.png", 404],
    ["feeds/camera/latest.png?after=x", 400],
    ["feeds/camera/latest.png?bogus=1", 400],
    ["fits/feeds/none?format=info", 404],
    ["fits/feeds/camera?format=info&number=0", 400],
    ["fits/feeds/camera?format=info&number=99999999", 404],
  ];
  for (const [path, expected] of wrong) {
    const answer = await ask(path);
    await answer.body?.cancel();
    assertEquals(answer.status, expected, path);
  }
  const mjpeg = await ask("feeds/camera/live.mjpeg");
  const reader = mjpeg.body!.getReader();
  assertMatch(new TextDecoder().decode((await reader.read()).value), /Content-Type: image\/jpeg/);
  await reader.cancel();
});
