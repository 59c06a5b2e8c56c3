/** The pages with the viewer, as the station answers them. */

import { fileHandler } from "../../../http/files/handler.ts";
import { type HttpServer, serveHttp } from "../../../http/server/serve_http.ts";
import type { HttpHandler } from "../../../http/server/types.ts";
import { iconResponse } from "../../../station/pages/shell.ts";
import { Viewer } from "../../../station/viewer.ts";

/** A server of pages with the viewer. */
export interface ViewerServer extends AsyncDisposable {
  /** Its address, such as `http://127.0.0.1:1234/`. */
  readonly url: string;
  /** Every request, as method, path and query. */
  readonly requests: string[];
}

/** Serves `/view/PATH` and `/fits/PATH` of a folder, and what the pages load. */
export async function serveViewer(folder: string): Promise<ViewerServer> {
  const viewer = new Viewer({ root: folder, files: "", program: "heliograph" });
  const data = fileHandler({ root: folder });
  const requests: string[] = [];
  const handler: HttpHandler = async (request) => {
    const { path, query, method } = request;
    requests.push(`${method} ${path}${query === undefined ? "" : `?${query}`}`);
    if (path === "/favicon.ico") return iconResponse();
    return await (viewer.handle(request) ?? data(request));
  };
  const server: HttpServer = await serveHttp({ port: 0 }, handler);
  return {
    url: server.url,
    requests,
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      viewer[Symbol.dispose]();
    },
  };
}
