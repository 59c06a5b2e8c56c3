/** What `heliograph serve s3://BUCKET/PREFIX` runs. */

import { openFits } from "../../fits/file/open.ts";
import { fitsPreview, renderPreview } from "../../fits/preview.ts";
import { HttpClient } from "../../http/client/client.ts";
import { parseS3Text, type S3Object, s3Text, s3UrlOf } from "../../http/fields/s3_url.ts";
import { bucketHandler } from "../../http/gateway/handler.ts";
import { HttpError } from "../../http/message/http_error.ts";
import type { S3Options } from "../../http/s3/options.ts";
import { type AccessRecord, commonLogLine, jsonLogLine } from "../../http/server/access_log.ts";
import { type HttpServer, serveHttp } from "../../http/server/serve_http.ts";
import type { HttpHandler } from "../../http/server/types.ts";
import { FormatError, LimitError, messageOf } from "../../net/errors.ts";
import { UsageError } from "../program/command.ts";
import { ProblemError } from "../../station/api/problem.ts";
import { RemoteFiles } from "../../station/api/remote_files.ts";
import { Viewer } from "../../station/viewer.ts";
import { type FolderSettings, VIEWER_BASE } from "./folder.ts";

/** Flags of folders that mean nothing for a bucket, or would change it. */
const NOT_FOR_BUCKETS = {
  upload: (settings: FolderSettings) => settings.upload !== undefined,
  hidden: (settings: FolderSettings) => settings.hidden,
  "follow-symlinks": (settings: FolderSettings) => settings.followSymlinks,
  workers: (settings: FolderSettings) => settings.reusePort,
  compress: (settings: FolderSettings) => settings.compress,
} as const;

/**
 * Serves the objects of a bucket, read only.
 *
 * @param settings As of a folder; `root` is the URL.
 * @param s3 How the store is reached.
 * @param signal Ends the server.
 * @param say Takes lines of the access log and errors.
 */
export async function serveBucket(
  settings: FolderSettings,
  s3: S3Options,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<HttpServer> {
  for (const [flag, isGiven] of Object.entries(NOT_FOR_BUCKETS)) {
    if (isGiven(settings)) throw new UsageError(`--${flag} needs a folder, found ${settings.root}`);
  }
  const place = parseS3Text(settings.root);
  const root = place.key === "" || place.key.endsWith("/") ? place : {
    ...place,
    key: `${place.key}/`,
  };
  const client = new HttpClient({ s3 }, 64);
  const store = await client.objectStore();
  // A bucket that is not there, or a key that does not open it, is said at the start.
  await store.listPage(root.bucket, root.key, "/");
  const viewer = settings.viewer ? bucketViewer(settings.program, root, s3) : undefined;
  const objects = bucketHandler({
    ...{ store, root, headers: settings.headers, cors: settings.cors },
    listing: settings.listing,
    pageOf: viewer && ((segments) => viewer.pageOf(segments)),
    picture: settings.viewer
      ? { matches: fitsPreview.matches, render: (object, query) => render(object, query, s3) }
      : undefined,
  });
  const handler: HttpHandler = viewer === undefined
    ? objects
    : (request) => viewer.handle(request) ?? objects(request);
  const guarded = settings.users.length === 0
    ? handler
    : (await import("../../http/access/with_users.ts")).withUsers(settings.users, handler);
  const format = settings.accessLog === "json" ? jsonLogLine : commonLogLine;
  const server = await serveHttp({
    ...{ hostname: settings.hostname, port: settings.port, signal },
    ...{ cert: settings.cert, key: settings.key, allowHosts: settings.allowHosts },
    log: settings.accessLog === undefined
      ? undefined
      : (record: AccessRecord) => say(format(record)),
    onError: (error, remote) => say(`${remote ?? settings.root}: ${messageOf(error)}`),
  }, guarded);
  void server.finished.then(() => {
    client.close();
    viewer?.[Symbol.dispose]();
  });
  return server;
}

/** Pages of the FITS files of a bucket, at the paths that those of a folder have. */
function bucketViewer(program: string, root: S3Object, s3: S3Options): Viewer {
  const files = new RemoteFiles({ allowsPrivate: true, s3 });
  const objects = {
    async use(segments: readonly string[]) {
      try {
        return await files.use(s3Text({ ...root, key: root.key + segments.join("/") }));
      } catch (error) {
        throw withoutPlace(error);
      }
    },
  };
  return new Viewer({ root: undefined, objects, base: VIEWER_BASE, files: "", program });
}

/** What the store says may name keys and buckets: it stays here. */
function withoutPlace(error: unknown): unknown {
  if (error instanceof FormatError) {
    return new ProblemError(422, "not-decodable", "the object is no FITS file that can be read");
  }
  if (!(error instanceof ProblemError) || error.kind !== "remote") return error;
  const [, status] = / answered (40[134])\b/.exec(error.message) ?? [];
  if (status === "404") return new ProblemError(404, "not-found", "there is no such object");
  if (status !== undefined) {
    return new ProblemError(403, "forbidden", "the store does not permit it");
  }
  return new ProblemError(502, "remote", "the store does not answer as it should");
}

/** The picture of an object, of which only the bytes are read that it is made of. */
async function render(
  object: S3Object,
  query: URLSearchParams,
  s3: S3Options,
): Promise<{ type: string; bytes: Uint8Array }> {
  try {
    const open = () => openFits(s3UrlOf(object), { s3 });
    const made = await renderPreview(open, s3Text(object), query);
    return made instanceof Uint8Array ? { type: fitsPreview.type, bytes: made } : made;
  } catch (error) {
    if (error instanceof FormatError || error instanceof LimitError) {
      throw new HttpError(422, "the object cannot be shown as a picture");
    }
    throw error;
  }
}
