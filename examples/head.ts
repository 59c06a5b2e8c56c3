/**
 * Document 000, "Sending a HEAD request": what a server tells about a file, and about
 * one that is not there, without fetching it.
 *
 * deno task example:head
 */

import { fetchHead, headLines } from "@heliograph/heliograph/http";
import { startArchive } from "./offline_archive.ts";

await using archive = await startArchive("out/example-head");
for (const name of ["sun.jpg", "none.jpg"]) {
  // h = webhead(f) & print, h
  const result = await fetchHead(new URL(name, archive.url));
  for (const line of headLines(result)) console.log(line);
  console.log();
}
