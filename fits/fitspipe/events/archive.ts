/** Frames that are kept beyond their server: each as a FITS file, in a folder or a bucket. */

import { HttpClient } from "../../../http/client/client.ts";
import { isS3Text, parseS3Text } from "../../../http/fields/s3_url.ts";
import type { S3Options } from "../../../http/s3/options.ts";
import { replaceFile, writeWhole } from "../../../net/replace_file.ts";
import { cameraFrameFile, type FitspipeFrame } from "../feed/frame.ts";

/** Keeps frames. */
export interface FrameArchive extends Disposable {
  /**
   * Keeps a frame, whole or not at all.
   *
   * @param feed Its feed.
   * @param session The session of the numbers.
   * @param frame The frame.
   * @returns Its path or URL.
   */
  keep(feed: string, session: string, frame: FitspipeFrame): Promise<string>;
}

/**
 * Opens an archive.
 *
 * @param place A folder, or `s3://BUCKET/PREFIX`.
 * @param s3 How stores are reached.
 */
export function openArchive(place: string, s3: S3Options): FrameArchive {
  const base = place.replace(/\/+$/, "");
  const nameOf = (feed: string, session: string, { number }: FitspipeFrame) =>
    // A feed may be named as the folder above.
    `${base}/${feed.replace(/^\.+$/, "_")}/${session}-${String(number).padStart(6, "0")}.fits`;
  if (!isS3Text(place)) {
    return {
      async keep(feed, session, frame) {
        const path = nameOf(feed, session, frame);
        await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
        await replaceFile(path, async (file) => {
          for (const piece of cameraFrameFile(frame)) await writeWhole(file, piece);
        });
        return path;
      },
      [Symbol.dispose]() {},
    };
  }
  parseS3Text(place);
  const client = new HttpClient({ s3 });
  return {
    async keep(feed, session, frame) {
      const url = nameOf(feed, session, frame);
      const { writeObject } = await import("../../../http/s3/upload.ts");
      const file = await new Blob([...cameraFrameFile(frame)] as BlobPart[]).bytes();
      const options = { type: "application/fits" };
      await writeObject(await client.objectStore(), parseS3Text(url), file, options);
      return url;
    },
    [Symbol.dispose]: () => client.close(),
  };
}
