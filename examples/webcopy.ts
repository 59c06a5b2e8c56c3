/**
 * Document 000, "Downloading multiple files": three URLs that are query strings, named
 * by Content-Disposition. The second run skips what exists, the third fetches it again.
 *
 * deno task example:webcopy [DIR]
 */

import { download } from "@heliograph/heliograph/http";
import { startArchive } from "./offline_archive.ts";

await using archive = await startArchive("out/example-webcopy/archive");
const files = [12852482, 12852483, 12852484].map((record) =>
  new URL(`drms_export.cgi?series=hmi.ic_45s;record=${record}-${record}`, archive.url)
);
for (const url of files) console.log(url.pathname + url.search);

const folder = Deno.args[0] ?? await Deno.makeTempDir({ dir: "out/example-webcopy" });
for (const existing of ["skip", "skip", "clobber"] as const) {
  console.log(`IDL> webcopy,files,/verbose${existing === "clobber" ? ",/clobber" : ""}`);
  for (const result of await download(files, { folder, existing })) {
    if (result.outcome === "fetched") {
      console.log(`% WEBCOPY_MAIN: Successfully downloaded to ${result.path}`);
    } else if (result.outcome === "skipped") {
      console.log(`% WEBCOPY_MAIN: ${result.path} is there already`);
    } else console.log(`% WEBCOPY_MAIN: ${result.error}`);
  }
}
