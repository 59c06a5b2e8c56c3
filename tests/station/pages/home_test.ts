import { assert, assertEquals } from "@std/assert";
import {
  homeBody,
  type HomeFile,
  type HomeService,
  type HomeView,
  numberText,
} from "../../../station/pages/home.ts";

const service = (more: Partial<HomeService> = {}): HomeService => ({
  name: "files",
  url: "http://[::1]:8000/",
  summary: "A & B.",
  commands: ["head http://[::1]:8000/a.fits", "read <b>"],
  numbers: () => ({ connections: 1, bytes: 2_880 }),
  ...more,
});

const file = (name: string, more: Partial<HomeFile> = {}): HomeFile => ({
  name,
  isFolder: false,
  size: 2_880,
  mtime: Date.parse("2026-11-30T12:34:56Z"),
  page: undefined,
  thumbnail: undefined,
  ...more,
});

const bodyOf = (view: Partial<HomeView>) =>
  homeBody({
    base: "",
    program: "deno x",
    services: [],
    files: [],
    total: 0,
    feeds: [],
    events: [],
    now: Date.parse("2026-11-30T12:34:56.789Z"),
    ...view,
  });

Deno.test("homeBody() lists files with what shows them, names as text", () => {
  const body = bodyOf({
    total: 1_234,
    files: [
      file("a&<b>.fits", { page: "/view/a%26", thumbnail: "/fits/a%26?format=thumbnail&size=9" }),
      file("e?.txt"),
      file("sub", { isFolder: true }),
    ],
  });
  assert(body.includes('<a href="/view/a%26">a&amp;&lt;b&gt;.fits</a>'));
  assert(body.includes('src="/fits/a%26?format=thumbnail&amp;size=9"'));
  assert(body.includes('<a href="/files/e%3F.txt">e?.txt</a><small>2.81 KiB, <time'));
  assert(body.includes('<a href="/files/sub/">sub/</a><small>folder</small>'));
  assert(body.includes('<a href="/files/">all 1234 names</a>'));
  assert(bodyOf({}).includes("The folder is empty"));
});

Deno.test("homeBody() shows each service with its numbers, page and commands", () => {
  const body = bodyOf({
    services: [
      service({ page: { href: "/?a&b", words: "<browse>" } }),
      service({ name: "arrays", commands: [] }),
    ],
  });
  assert(body.includes('<code>http://[::1]:8000/</code> <a href="/?a&amp;b">&lt;browse&gt;</a>'));
  assert(body.includes('<dt>connections</dt><dd data-number="connections">1</dd>'));
  assert(body.includes('<dd data-number="bytes">2.81 KiB</dd>'));
  assert(body.includes('<code><span class="program">deno x</span> read &lt;b&gt;</code>'));
  assertEquals(body.match(/<ul class="commands">/g)?.length, 1);
  const others = bodyOf({ programs: ["heliograph", "deno x"] });
  assert(others.includes('data-programs="[&quot;deno x&quot;,&quot;heliograph&quot;]"'));
  // Nothing that is rewritten each second is read out each second.
  assert(!/<output|aria-live|role="status"/.test(body));
});

Deno.test("homeBody() has feeds, events and the time of the answer without script", () => {
  const body = bodyOf({
    feeds: [{ feed: "cam<1>", newest: 7, width: 640, height: 480 }],
    events: [
      { time: "2026-11-30T12:34:56.789Z", service: "files", text: "GET /<b>: 404" },
      { time: "2026-11-30T01:02:03.000Z", service: "images", text: "a.gif, 23 B" },
    ],
  });
  assert(body.includes('src="/feeds/cam%3C1%3E.png" width="640" height="480"'));
  assert(body.includes('cam&lt;1&gt;, 640 × 480, frame <span class="newest">7</span>'));
  assert(body.includes(
    "<li><span>12:34:56</span><span>files</span><span>GET /&lt;b&gt;: 404</span></li>" +
      "<li><span>01:02:03</span><span>images</span><span>a.gif, 23 B</span></li>",
  ));
  assert(body.includes('<time id="as-of" datetime="2026-11-30T12:34:56.789Z">12:34:56</time> UTC'));
  assert(body.includes("<main") && body.includes("<h1>Heliograph</h1>"));
});

Deno.test("numberText() writes sizes in bytes, and thousands apart", () => {
  assertEquals([numberText("bytes", 2_880), numberText("frames", 12_345)], ["2.81 KiB", "12,345"]);
});
