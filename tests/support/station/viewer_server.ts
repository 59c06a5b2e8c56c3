/** The pages with the viewer, as the station answers them. */

import { fileHandler } from "../../../http/files/handler.ts";
import { FileTree } from "../../../http/files/tree.ts";
import { type HttpServer, serveHttp } from "../../../http/server/serve_http.ts";
import type { HttpHandler } from "../../../http/server/types.ts";
import { FitsRoutes } from "../../../station/api/fits_routes.ts";
import { OpenFiles } from "../../../station/api/open_files.ts";
import { iconResponse } from "../../../station/pages/shell.ts";
import { ViewRoutes } from "../../../station/view_routes.ts";
import { WebModules } from "../../../station/web_modules.ts";

/** A server of pages with the viewer. */
export interface ViewerServer extends AsyncDisposable {
  /** Its address, such as `http://127.0.0.1:1234/`. */
  readonly url: string;
  /** Every request, as method, path and query. */
  readonly requests: string[];
}

/** Serves `/view/PATH` and `/fits/PATH` of a folder, and what the pages load. */
export async function serveViewer(folder: string): Promise<ViewerServer> {
  const files = new OpenFiles(new FileTree(folder));
  const modules = new WebModules();
  const fits = new FitsRoutes({ files });
  const view = new ViewRoutes(files, modules);
  const data = fileHandler({ root: folder });
  const requests: string[] = [];
  const handler: HttpHandler = async (request) => {
    const { path, query, method } = request;
    requests.push(`${method} ${path}${query === undefined ? "" : `?${query}`}`);
    if (path.startsWith("/fits/")) return await fits.handle(request);
    if (path.startsWith("/view/")) return await view.handle(request);
    if (path.startsWith("/app/")) return await modules.handle(request);
    return path === "/favicon.ico" ? iconResponse() : await data(request);
  };
  const server: HttpServer = await serveHttp({ port: 0 }, handler);
  return {
    url: server.url,
    requests,
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      files[Symbol.dispose]();
    },
  };
}
