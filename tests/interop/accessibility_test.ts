/** Every page and every panel in both schemes: no fault that axe calls serious or critical. */

import { assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits, tableHdu } from "../../fits/mod.ts";
import { startStation } from "../../station/station.ts";
import { axeFaults } from "../support/axe.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";

async function makeFile(folder: string): Promise<void> {
  const sky = [
    ...[Card.of("CTYPE1", "RA---TAN"), Card.of("CTYPE2", "DEC--TAN"), Card.of("CRPIX1", 20)],
    ...[Card.of("CRPIX2", 15), Card.of("CRVAL1", 83.6), Card.of("CRVAL2", 22), Card.of("BUNIT", 3)],
    ...[Card.of("CDELT1", -0.001), Card.of("CDELT2", 0.001), Card.of("OBJECT", "M 1")],
  ];
  const cube = Int32Array.from({ length: 40 * 30 * 5 }, (_, i) => i);
  const columns = [
    { name: "X", values: Float64Array.from({ length: 300 }, (_, i) => i % 40) },
    { name: "Y", values: Float64Array.from({ length: 300 }, (_, i) => i % 30) },
  ];
  await Deno.writeFile(
    `${folder}/all.fits`,
    await encodeFits([
      { pixels: cube, shape: [40, 30, 5], header: sky },
      { pixels: new Float32Array(100).map((_, i) => i), shape: [100], name: "LINE" },
      tableHdu({ name: "EVENTS", columns }),
    ]),
  );
}

/** Pages, and what is there when one is whole. */
const PAGES: readonly (readonly [path: string, whole: string])[] = [
  ["", "document.querySelectorAll('.commands button').length > 0"],
  ["files/", "document.querySelector('main a') !== null"],
  ["pictures/", "document.querySelector('main') !== null"],
  ["feeds/", "document.querySelector('main') !== null"],
  ["console", "document.querySelector('main') !== null"],
  ["status", "document.querySelector('main table') !== null"],
  ["local", "document.querySelector('#viewer[data-ready]') !== null"],
  ["view/none.fits", "document.querySelector('h1') !== null"],
  ...["hdus", "header", "histogram", "spectrum", "info", "export", "none"].map((panel) =>
    [
      `view/all.fits?panel=${panel}`,
      panel === "none" ? SETTLED : `${SETTLED} && document.querySelector('.panel-body') !== null`,
    ] as const
  ),
  [
    "view/all.fits?panel=regions&grid=1#regions=image;circle(20,15,5)",
    `${SETTLED} && document.querySelector('.panel-body') !== null`,
  ],
  ["view/all.fits?hdu=1", "document.querySelector('.plot-view .area')?.checkVisibility()"],
  ["view/all.fits?hdu=2", "document.querySelectorAll('.rows tbody tr').length > 5"],
  ["view/all.fits?with=all.fits&layout=grid", `document.querySelectorAll('.viewer').length > 1`],
  ["view/feeds/camera", SETTLED],
];

for (const isDark of [false, true]) {
  Deno.test(`no page has a serious fault of access, ${isDark ? "dark" : "light"}`, async () => {
    await using folder = await temporaryFolder();
    await makeFile(folder.path);
    await using station = await startStation({
      ...{ data: folder.path, received: `${folder.path}/received` },
      ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
    });
    const images = station.services.find(({ name }) => name === "images")!.page!.href;
    await using page = await openPage(station.url, { isDark });
    const found: Record<string, unknown> = {};
    for (
      const [path, whole] of [...PAGES, [images, "document.querySelector('h1') !== null"]] as const
    ) {
      await page.goTo(new URL(path, station.url).href);
      await page.until(whole);
      const faults = await axeFaults(page);
      if (faults.length > 0) found[path] = faults;
    }
    assertEquals(found, {});
  });
}
