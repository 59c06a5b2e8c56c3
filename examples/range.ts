/**
 * Document 000, "Downloading parts of a file": bytes 100 to 200 of a JPEG image, then the
 * first 2880 bytes of a FITS file, which are its header.
 *
 * deno task example:range
 */

import { headLines, readRange } from "@heliograph/heliograph/http";
import { startArchive } from "./offline_archive.ts";

await using archive = await startArchive("out/example-range");

// o = webread(f, response=response, range=[100,200])
const part = await readRange(new URL("sun.jpg", archive.url), { range: [100, 200] });
console.log(`O               BYTE      = Array[${part.bytes.length}]`);
for (const line of headLines(part)) console.log(line);

// header = webread(f, range=[0,2879])
const { bytes } = await readRange(new URL("sun.fits", archive.url), { range: [0, 2879] });
console.log(`HEADER          BYTE      = Array[${bytes.length}]`);
const header = new TextDecoder().decode(bytes);
for (let card = 0; card < 8; card++) console.log(header.slice(80 * card, 80 * card + 80).trimEnd());
