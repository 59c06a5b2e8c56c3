/**
 * Document 000, "How to stream an image": the bytes of an image on a server become
 * part of a page, test_image.html, without a file of their own.
 *
 * deno task example:stream-image [PAGE]
 */

import { imageDataUri, imagePage } from "@heliograph/heliograph/http";
import { startArchive } from "./offline_archive.ts";

await using archive = await startArchive("out/example-stream-image");
const url = new URL("sun.jpg", archive.url);

// buffer = o->get(/buffer,url=url) & imgdata = idl_base64(buffer)
const uri = await imageDataUri(url);
console.log(`<img src="${uri.slice(0, 40)}..." (${uri.length} characters)`);

// The page around it, ready for a browser.
const page = await imagePage([{ url, alt: "The Sun", caption: "The Sun in visible light" }], {
  title: "An image without a file",
});
const path = Deno.args[0] ?? "out/example-stream-image/test_image.html";
await Deno.writeTextFile(path, page);
console.log(`${path}: ${page.length} characters`);
