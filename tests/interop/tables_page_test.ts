/** Tables in the viewer, in a real browser. */

import { assert, assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { tableHdu } from "../../fits/table/output.ts";
import { openPage } from "../support/chromium.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";

/** Events on a ring, and one place with many. */
function events(): Promise<Uint8Array> {
  const count = 20_000;
  const place = (i: number) => {
    const angle = i * 2.399963;
    const radius = 60 + (i * 7919 % 1000) / 40;
    return [100 + radius * Math.cos(angle), 100 + radius * Math.sin(angle)] as const;
  };
  const places = Array.from({ length: count }, (_, i) => i < 500 ? [100, 100] as const : place(i));
  return encodeFits([tableHdu({
    name: "EVENTS",
    columns: [
      { name: "X", values: Int16Array.from(places, ([x]) => Math.round(x)) },
      { name: "Y", values: Int16Array.from(places, ([, y]) => Math.round(y)) },
      { name: "PI", values: Int32Array.from(places, (_, i) => i * 31 % 977) },
    ],
  })]);
}

Deno.test("an event list is an image in the viewer: the value is the number of its rows", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/e.fits`, await events());
  await using server = await serveViewer(folder.path);
  await using page = await openPage(`${server.url}view/e.fits?bin=X,Y,1&x=86&y=86&zoom=16`, {
    size: [1000, 700],
  });
  await page.until(SETTLED);
  const box = await page.until<{ x: number; y: number; width: number; height: number }>(
    `(({x, y, width, height}) => ({x, y, width, height}))(
      document.querySelector('.stage').getBoundingClientRect())`,
  );
  await page.send("Input.dispatchMouseEvent", {
    type: "mouseMoved",
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
  });
  const items = await page.until<Record<string, string>>(`(() => {
    const items = Object.fromEntries([...document.querySelectorAll(".items > div")]
      .map((item) => [...item.children].map((part) => part.textContent)));
    return items.value !== undefined && items.value !== "\\u2026" && items;
  })()`);
  assertEquals(items.value!.split(" ")[0], "500");
  assert(server.requests.some((line) => /\/fits\/e\.fits\?bin=.*format=tile/.test(line)));
});

Deno.test("columns of a table are plotted, and what is drawn over the plot filters the rows", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/e.fits`, await events());
  await using server = await serveViewer(folder.path);
  await using page = await openPage(`${server.url}view/e.fits`, { size: [1000, 700] });
  await page.until(`(() => {
    const button = [...document.querySelectorAll(".pager button")]
      .find(({textContent}) => textContent === "Plot");
    button?.click();
    return button !== undefined;
  })()`);
  const hint = "document.querySelector('.table-plot .hint')?.textContent";
  await page.until(`${hint}?.startsWith("Y by X: 20\\u202f000 rows.")`);
  const { href, label, box } = await page.until<{
    href: string;
    label: string;
    box: { x: number; y: number; width: number; height: number };
  }>(`(() => {
    const {x, y, width, height} = document.querySelector(".table-plot .area")
      .getBoundingClientRect();
    return {
      href: document.querySelector(".as-image").getAttribute("href"),
      label: document.querySelector(".table-plot canvas").getAttribute("aria-label"),
      box: {x, y, width, height},
    };
  })()`);
  assertEquals([href, label], ["?hdu=1&table=1&bin=X,Y", "Y by X"]);
  const mouse = (type: string, left: number, top: number) =>
    page.send("Input.dispatchMouseEvent", {
      ...{ type, button: "left", buttons: 1, clickCount: 1 },
      x: box.x + box.width * left,
      y: box.y + box.height * top,
    });
  // The middle of the ring, where 500 rows are and nothing else.
  await mouse("mousePressed", 0.4, 0.4);
  await mouse("mouseMoved", 0.5, 0.5);
  await mouse("mouseMoved", 0.6, 0.6);
  await mouse("mouseReleased", 0.6, 0.6);
  await page.until(`${hint}?.startsWith("Y by X: 500 of 20\\u202f000 rows.")`);
  const filter = await page.until<string>("document.querySelector('.pager .filter').value");
  assert(/^X >= \S+ && X <= \S+ && Y >= \S+ && Y <= \S+$/.test(filter), filter);
  assert(server.requests.some((line) => /format=column&hdu=1&columns=X&filter=/.test(line)));
  // How the values of a column are spread.
  await page.until(`(() => {
    const [x, y] = document.querySelectorAll(".table-plot select");
    x.value = "PI";
    y.value = "";
    y.dispatchEvent(new Event("change"));
    return true;
  })()`);
  await page.until(`${hint}?.startsWith("How many rows have which PI: 500 of")`);
});

Deno.test("the spectrum at the cross-hair has the axis of the file, and leads to its planes", async () => {
  await using folder = await temporaryFolder();
  const [width, height, planes] = [20, 10, 1000];
  const pixels = Float32Array.from({ length: width * height * planes }, (_, i) => {
    const plane = Math.floor(i / (width * height));
    return i % (width * height) === 5 + 4 * width ? 1000 - Math.abs(plane - 300) : plane % 7;
  });
  const header = [
    ...[Card.of("CTYPE3", "WAVE"), Card.of("CRVAL3", 500), Card.of("CRPIX3", 1)],
    ...[Card.of("CDELT3", 0.5), Card.of("CUNIT3", "nm"), Card.of("BUNIT", "DN")],
  ];
  await Deno.writeFile(
    `${folder.path}/cube.fits`,
    await encodeFits([{ pixels, shape: [width, height, planes], header }]),
  );
  await using server = await serveViewer(folder.path);
  await using page = await openPage(
    `${server.url}view/cube.fits?panel=spectrum&plane=301#cursor=6,5`,
    { size: [1000, 700] },
  );
  const words = "document.querySelector('.spectrum > p:last-of-type')?.textContent";
  const first = await page.until<string>(`${words}?.startsWith("Pixel 6, 5: 1000 DN") && ${words}`);
  assertEquals(first, "Pixel 6, 5: 1000 DN at WAVE 650 nm, plane 301 of 1000");
  const box = await page.until<{ x: number; y: number; width: number; height: number }>(
    `(({x, y, width, height}) => ({x, y, width, height}))(
      document.querySelector('.spectrum .area').getBoundingClientRect())`,
  );
  const place = { x: box.x + box.width * 0.6505, y: box.y + box.height / 2 };
  const button = { button: "left", buttons: 1, clickCount: 1 };
  await page.send("Input.dispatchMouseEvent", { type: "mousePressed", ...button, ...place });
  await page.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...button, ...place });
  const plane = await page.until<number>(
    `(${words}?.match(/plane (6[45]\\d) of 1000/) ?? [])[1] | 0`,
  );
  assert(Math.abs(plane - 651) < 4, `plane ${plane}`);
  await page.until(`${words}?.startsWith("Pixel 6, 5: ${1000 - (plane - 301)} DN")`);
  assertEquals(
    server.requests.filter((line) => /format=values&hdu=0&section=6:6,5:5,1:1000/.test(line))
      .length,
    1,
  );
});
