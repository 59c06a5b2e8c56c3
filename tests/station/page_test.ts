import { assertEquals } from "@std/assert";
import { stationPage, statusOf } from "../../station/page.ts";
import type { Service } from "../../station/services.ts";

const service = (more: Partial<Service> = {}): Service => ({
  name: "files",
  url: "http://[::1]:8000/",
  summary: "A & B.",
  commands: ["head http://[::1]:8000/a.fits", "read <b>"],
  numbers: () => ({ connections: 1 }),
  ...more,
});

/** The part of a page between two texts, each of which is there once. */
function between(page: string, start: string, end: string): string {
  const parts = page.split(start);
  assertEquals(parts.length, 2, start);
  return parts[1]!.split(end)[0]!;
}

const pageOf = (files: readonly string[], services: readonly Service[] = []) =>
  stationPage({ program: "deno x", services, files, events: [] });

Deno.test("statusOf() counts in words, one or many, and sizes in bytes", () => {
  const numbers = { connections: 1, calls: 0, failed: 1, frames: 2, bytes: 2_880 };
  assertEquals(
    statusOf(service({ numbers: () => numbers })),
    "1 connection, 0 calls, 1 failed, 2 frames, 2.81 KiB",
  );
  assertEquals(statusOf(service({ numbers: () => ({}) })), "");
});

Deno.test("stationPage() shows a picture, else a FITS file, else neither", () => {
  const aside = (...files: string[]) =>
    between(pageOf(files), "<aside>\n", '\n  <figure>\n    <a href="/feeds/">');
  const figure = (source: string, name: string) =>
    `  <figure>\n    <a href="${source}"><img src="${source}" alt="${name}"></a>\n` +
    `    <figcaption>${name}</figcaption>\n  </figure>`;
  for (
    const [files, expected] of [
      [["a.fits", "b&.jpg", "c.png"], figure("b%26.jpg", "b&amp;.jpg")],
      [["a.txt", "sun 1.FTS"], figure("sun%201.FTS?as=preview&amp;size=832", "sun 1.FTS")],
      [["a.txt", "fits/"], ""],
    ] as const
  ) assertEquals(aside(...files), expected);
});

Deno.test("stationPage() lists 40 names and says how many there are", () => {
  const list = (files: readonly string[]) =>
    between(pageOf(files), '<ul class="files">\n', "\n</section>");
  assertEquals(
    list(["a&b/", "c d.fits", "e?.txt"]),
    [
      '    <li><a href="a%26b/">a&amp;b/</a></li>',
      '    <li><a href="c%20d.fits">c d.fits</a> <a href="c%20d.fits?as=preview">picture</a></li>',
      '    <li><a href="e%3F.txt">e?.txt</a></li>',
      "  </ul>\n",
    ].join("\n"),
  );
  const names = Array.from({ length: 41 }, (_, i) => `${i}.txt`);
  const item = (name: string) => `    <li><a href="${name}">${name}</a></li>\n`;
  assertEquals(list(names.slice(1)), names.slice(1).map(item).join("") + "  </ul>\n");
  const more = '  </ul>\n  <p><a href="/?sort=name">all 41 names</a></p>';
  assertEquals(list(names), names.slice(0, 40).map(item).join("") + more);
});

Deno.test("stationPage() tells the time of day of each event, and what happened", () => {
  const page = stationPage({
    program: "",
    services: [],
    files: [],
    events: [
      { time: "2026-11-30T12:34:56.789Z", service: "files", text: "GET /<b>: 404" },
      { time: "2026-11-30T01:02:03.000Z", service: "images", text: "a.gif, 23 B" },
    ],
  });
  assertEquals(
    between(page, '<ol id="events">', "</ol>"),
    "<li><span>12:34:56</span><span>files</span><span>GET /&lt;b&gt;: 404</span></li>" +
      "<li><span>01:02:03</span><span>images</span><span>a.gif, 23 B</span></li>",
  );
});

Deno.test("stationPage() shows each service with its numbers, page and commands", () => {
  const page = { href: "/?a&b", words: "<browse>" };
  const services = [service({ page }), service({ name: "arrays", commands: [] })];
  assertEquals(
    between(pageOf([], services), "<h2>Listening</h2>\n", "\n</section>"),
    `  <article id="files">
    <h3>files <code>http://[::1]:8000/</code> <a href="/?a&amp;b">&lt;browse&gt;</a></h3>
    <p>A &amp; B.</p>
    <output>1 connection</output>
    <ul class="commands">
      <li><code><span>deno</span> <span>x</span> <span>head</span> <span>http://[::1]:8000/a.fits</span></code></li>
      <li><code><span>deno</span> <span>x</span> <span>read</span> <span>&lt;b&gt;</span></code></li>
    </ul>
  </article>
  <article id="arrays">
    <h3>arrays <code>http://[::1]:8000/</code></h3>
    <p>A &amp; B.</p>
    <output>1 connection</output>
    <ul class="commands">

    </ul>
  </article>`,
  );
});
