/** Every file of the corpus in a browser: its coordinates, its page, and read in the page itself. */

import { assert, assertEquals } from "@std/assert";
import { openFits } from "../../fits/mod.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import { headersAsJson } from "../../station/api/file_info.ts";
import type { CardTriple } from "../../station/web/source/card_list.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { corpusFile, corpusFolder, corpusTest } from "../support/corpus.ts";
import { sourceHandler } from "../support/http/source_server.ts";
import { allCoordinates } from "../support/station/corpus_readout.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const ENTRY = "/tests/support/station/corpus_readout.ts";
/** Of how many files one is opened in the browser: all of them take minutes. */
const PAGE_STEP = 8;
/** A picture, a line, rows, or words that say why there is none of them. */
const SHOWN = `(() => {
  const isSeen = (selector) => document.querySelector(selector)?.checkVisibility() === true;
  if (isSeen(".viewer .rows tbody tr")) return "rows";
  if (isSeen(".viewer .area")) return "line";
  const words = document.querySelector(".viewer .message")?.textContent;
  // The rows of a table come a moment later.
  if (isSeen(".viewer .message") && words) return !/: table, [1-9]/.test(words) && "words";
  if (isSeen(".viewer .alert")) return "words";
  if (document.querySelector(".viewer[data-settled]") !== null) return "picture";
  // Without an element for the viewer there is nothing to come.
  return document.querySelector("#viewer") === null && isSeen("main .error, main p") && "words";
})()`;

/** The files below a folder of the corpus, by their paths in it. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(corpusFile(folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesBelow(path);
    else if (/\.(fits?|fz|gz|fts|bz2|Z)$/.test(name)) yield path;
  }
}

const paths = corpusFolder === undefined
  ? []
  : (await Array.fromAsync(filesBelow("fits"))).toSorted();

corpusTest(
  "Chromium computes the coordinates of every header of the corpus as Deno does",
  async () => {
    const headers: (readonly CardTriple[])[] = [];
    for (const path of paths) {
      try {
        await using file = await openFits(await Deno.readFile(corpusFile(path)));
        for await (const { index, damage, header } of file.hdus) {
          if (damage !== undefined) continue;
          headers.push(headersAsJson([{ index, header }])[0]!.cards as readonly CardTriple[]);
        }
      } catch {
        // What is no FITS file has no coordinates.
      }
    }
    assert(headers.length > 150, `${headers.length} headers`);
    await using sources = await serveHttp({ port: 0 }, sourceHandler(new Set()));
    await using page = await openPage(`http://127.0.0.1:${sources.address.port}/`);
    await page.until("document.title === 'modules'");
    const { found } = await page.until<{ found: string[][] }>(
      `import("${ENTRY}").then(({ allCoordinates }) => ({ found: allCoordinates(${
        JSON.stringify(headers)
      }) }))`,
    );
    assertEquals(found, allCoordinates(headers));
    assertEquals(page.problems, []);
  },
);

/** What the console complains of besides what a station refuses to read. */
const exceptions = (page: Page) =>
  page.problems.filter((problem) => !/Failed to load resource/.test(problem));

corpusTest("every file of the corpus is shown, or says why not, by the station", async () => {
  await using server = await serveViewer(corpusFile("fits").pathname);
  const addressOf = (path: string) => path.split("/").slice(1).map(encodeURIComponent).join("/");
  const refused: string[] = [];
  for (const path of paths) {
    const page = await fetch(`${server.url}view/${addressOf(path)}`, {
      headers: { accept: "text/html" },
    });
    const body = await page.text();
    assert(body.includes("<main"), path);
    if (page.status !== 200) {
      assertEquals(page.status, 422, path);
      refused.push(path);
    }
    const small = await fetch(`${server.url}fits/${addressOf(path)}?format=thumbnail`);
    await small.body?.cancel();
    assertEquals(small.status, 200, path);
    assert(decodeURIComponent(small.headers.get("heliograph-alt")!).length > 5, path);
  }
  assert(refused.every((path) => path.startsWith("fits/malformed/")), `${refused}`);
  // In the browser, some of each folder.
  await using page = await openPage(`${server.url}view/`);
  const seen = new Set<string>();
  const isChosen = (path: string, i: number) =>
    i % PAGE_STEP === 0 || /^fits\/table\/[^/]*$/.test(path) && i % 3 === 0;
  for (const path of paths.filter(isChosen)) {
    await page.goTo(`${server.url}view/${addressOf(path)}`);
    seen.add(await shownKind(page, path));
  }
  assertEquals(exceptions(page), []);
  for (const kind of ["picture", "rows", "words"]) assert(seen.has(kind), `${[...seen]}`);
});

async function shownKind(page: Page, path: string): Promise<string> {
  try {
    return await page.until<string>(SHOWN);
  } catch (error) {
    throw new Error(path, { cause: error });
  }
}

corpusTest(
  "every file of the corpus is shown, or says why not, with the network cut off",
  async () => {
    await using empty = await temporaryFolder();
    await using server = await serveViewer(empty.path);
    await using page = await openPage(`${server.url}local`);
    await page.until("document.querySelector('#viewer[data-ready]') !== null");
    await page.send("Network.enable");
    const off = { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 };
    await page.send("Network.emulateNetworkConditions", off);
    const before = server.requests.length;
    await page.send("DOM.enable");
    for (const path of paths) {
      const { root } = await page.send("DOM.getDocument") as { root: { nodeId: number } };
      const { nodeId } = await page.send("DOM.querySelector", {
        nodeId: root.nodeId,
        selector: "input[type=file]",
      });
      await page.until("(document.querySelector('.viewer h1')?.replaceChildren(), true)");
      const files = [await Deno.realPath(corpusFile(path))];
      await page.send("DOM.setFileInputFiles", { nodeId, files });
      const name = path.slice(path.lastIndexOf("/") + 1);
      await page.until(
        `document.querySelector(".viewer h1")?.textContent === ${JSON.stringify(name)} || ` +
          "document.querySelector('.message:not([hidden])')?.textContent",
      );
      await shownKind(page, path);
    }
    assertEquals(server.requests.slice(before), []);
    assertEquals(page.problems, []);
  },
);
