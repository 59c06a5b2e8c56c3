/**
 * An archive of solar images on this machine, for the examples that fetch: a
 * synthetic Sun as JPEG and FITS, and records that only the header field
 * Content-Disposition names, as the export of HMI data does.
 *
 * @module
 */

import { encodeFits, encodeJpeg, renderImage, sampleSun } from "@heliograph/heliograph/fits";
import { fileHandler, type HttpServer, serveHttp } from "@heliograph/heliograph/http";

/** The times of the records 12852482 and following. */
const RECORDS: Readonly<Record<string, string>> = {
  "12852482": "2011.05.01_00:01:30",
  "12852483": "2011.05.01_00:02:15",
  "12852484": "2011.05.01_00:03:00",
};

/**
 * Starts the archive.
 *
 * @param folder Where its files are written.
 * @returns The server; its `url` leads to sun.jpg, sun.fits and drms_export.cgi.
 */
export async function startArchive(folder: string): Promise<HttpServer> {
  await Deno.mkdir(folder, { recursive: true });
  const sun = sampleSun({ size: 256 });
  const picture = renderImage(sun, { limits: [400, 52_000], colormap: "continuum" });
  await Deno.writeFile(`${folder}/sun.jpg`, await encodeJpeg(picture));
  const { pixels, shape, header } = sun;
  const fits = await encodeFits([{ pixels, shape, header }]);
  await Deno.writeFile(`${folder}/sun.fits`, fits);
  const files = fileHandler({ root: folder });
  return await serveHttp({ port: 0 }, (request) => {
    const record = /^\/drms_export\.cgi\?.*record=(\d+)/.exec(request.target)?.[1];
    const time = RECORDS[record ?? ""];
    if (time === undefined) return files(request);
    const name = `hmi.ic_45s.${time}_TAI.continuum.fits`;
    const fields = { "Content-Disposition": `attachment; filename="${name}"` };
    return { status: 200, fields, body: fits };
  });
}
