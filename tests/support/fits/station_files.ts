/** FITS files below a server's `/fits/`, with their pages, for tests. */

import { FileTree } from "../../../http/files/tree.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { FitsRoutes } from "../../../station/api/fits_routes.ts";
import { OpenFiles } from "../../../station/api/open_files.ts";
import { ViewRoutes } from "../../../station/view_routes.ts";
import { WebModules } from "../../../station/web_modules.ts";
import { temporaryFolder } from "../temporary.ts";

/** A server of FITS files. */
export interface StationFiles extends AsyncDisposable {
  /** Its folder. */
  readonly folder: string;
  /** Where its root is. */
  readonly url: string;
  /** Asks for a path below `/fits/`. */
  get(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * Serves files.
 *
 * @param files The bytes by their names.
 * @param now The clock; by default it goes ten seconds ahead, so that files have settled.
 */
export async function serveStationFiles(
  files: Readonly<Record<string, Uint8Array>>,
  now: () => number = () => Date.now() + 10_000,
): Promise<StationFiles> {
  const folder = await temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(`${folder.path}/${name}`, bytes);
  }
  const open = new OpenFiles(new FileTree(folder.path), now);
  const modules = new WebModules();
  const fits = new FitsRoutes({ files: open });
  const places = {
    ...{ files: "/files", fits: "/fits", view: "/view" },
    ...{ home: "/", problems: "/problems" },
  };
  const views = new ViewRoutes({ files: open, modules, places, program: "heliograph" });
  const server = await serveHttp({ port: 0 }, (request) => {
    if (request.path.startsWith("/app/")) return modules.handle(request);
    return (request.path.startsWith("/view/") ? views : fits).handle(request);
  });
  return {
    folder: folder.path,
    url: server.url,
    get: (path, init) => fetch(new URL(`fits/${path}`, server.url), init),
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      open[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
