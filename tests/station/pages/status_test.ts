import { assert, assertEquals } from "@std/assert";
import { statusBody } from "../../../station/pages/status.ts";
import { startStation } from "../../../station/station.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("statusBody() has servers, memory and events as text", () => {
  const body = statusBody({
    ...{ base: "/x", version: "1.2", started: "2026-11-30T01:02:03.000Z" },
    time: "2026-11-30T12:34:56.789Z",
    services: [{ name: "<b>", url: "http://h:1/?a&b", status: "1234 frames" }],
    memory: { rss: 2_880 },
    events: [{ time: "2026-11-30T12:34:56.789Z", service: "files", text: "GET /<i>" }],
  });
  assert(body.includes('<a href="/x/">Heliograph</a>'));
  assert(body.includes(
    '<th scope="row">&lt;b&gt;</th><td><code>http://h:1/?a&amp;b</code></td><td>1234 frames</td>',
  ));
  assert(body.includes("<dt>all of the program</dt><dd>2.81 KiB</dd>"));
  assert(body.includes("<li>2026-11-30 12:34:56, files: GET /&lt;i&gt;</li>"));
});

Deno.test("/status is a page for browsers, and JSON for programs", async () => {
  await using folder = await temporaryFolder();
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received` },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const get = (path: string, accept: string) => fetch(station.url + path, { headers: { accept } });
  const page = await get("status", "text/html,application/xhtml+xml,*/*;q=0.8");
  assertEquals(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert((await page.text()).includes('<th scope="row">arrays</th>'));
  for (const [path, accept] of [["status", "*/*"], ["station.json", "text/html"]] as const) {
    const json = await get(path, accept);
    assertEquals(json.headers.get("content-type"), "application/json");
    assertEquals((await json.json()).services.length, 4);
  }
});
