import { basename, dirname } from "node:path";
import type { FitsFile } from "../../fits/file/fits_file.ts";
import { fileHandler } from "../../http/files/handler.ts";
import { parseRequestPath } from "../../http/files/request_path.ts";
import { HttpError } from "../../http/message/http_error.ts";
import { errorResponse } from "../../http/server/error_response.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import type { HttpHandler } from "../../http/server/types.ts";
import { openFits, Viewer } from "../../station/viewer.ts";
import { announce, whoCanReach } from "../program/listening.ts";
import { programLine } from "../program/started_as.ts";
import type { ViewContext } from "./view_flags.ts";

/** Where the file itself is. */
const FILES = "/-/file";

/** Programs that open an address in a browser, by the system. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  linux: ["xdg-open"],
  darwin: ["open"],
  windows: ["explorer.exe"],
};

/** Serves one file and what shows it, until the program is interrupted. */
export async function showFile(context: ViewContext): Promise<void> {
  const { args, flags, signal, report } = context;
  const input = args[0]!;
  const remote = /^(https?|s3):/i.test(input);
  const name = remote ? remoteName(input) : basename(input);
  const root = remote ? "." : dirname(input);
  const program = programLine(["--allow-net", "--allow-read=.", "--allow-write=."]);
  const viewer = new Viewer({ root, files: FILES, program, base: "/-", hidden: true });
  // A file that cannot be read is better known now than in the browser.
  const fits: FitsFile = await openFits(input);
  if (remote) viewer.show(name, fits);
  else await fits.close();
  try {
    const server = await serveHttp(
      {
        hostname: flags.host,
        port: flags.port,
        allowHosts: flags["allow-host"],
        signal,
        onError: () => {},
      },
      only(name, viewer, remote ? undefined : fileHandler({ root, base: FILES, hidden: true })),
    );
    const page = new URL(viewer.pageOf([name]), server.url).href;
    announce(context, page);
    whoCanReach(flags.host, page, `see '${name}'`).forEach(report);
    if (!flags["no-open"]) await openBrowser(page, report);
    report("Ctrl-C ends the viewer");
    await server.finished;
  } finally {
    await fits.close();
  }
}

/** Lets through what is about one file; the root leads to its page. */
function only(name: string, viewer: Viewer, files: HttpHandler | undefined): HttpHandler {
  return (request) => {
    if (request.path === "/") {
      return { status: 302, fields: { Location: viewer.pageOf([name]) }, body: "" };
    }
    if (request.path === "/favicon.ico") return viewer.icon();
    try {
      const { segments } = parseRequestPath(request.path);
      const [, kind, ...names] = segments;
      const isShared = kind === "app" || kind === "problems";
      const isFile = names.length === 1 && names[0] === name;
      const answer = isFile && kind === "file"
        ? files?.(request)
        : isFile || isShared
        ? viewer.handle(request)
        : undefined;
      return answer ?? errorResponse(404, "only one file can be seen here");
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return errorResponse(error.status, error.message);
    }
  };
}

/** What a file on a server is called: the last part of its path. */
function remoteName(url: string): string {
  const path = URL.parse(url)?.pathname ?? "";
  const last = path.split("/").filter(Boolean).at(-1) ?? "";
  try {
    return decodeURIComponent(last).replaceAll(/[/\\\0]/g, "_") || "remote.fits";
  } catch {
    return "remote.fits";
  }
}

/** Opens a browser, if that is permitted without asking. */
async function openBrowser(page: string, report: (line: string) => void): Promise<void> {
  const [opener] = OPENERS[Deno.build.os] ?? [];
  if (opener === undefined) return;
  const { state } = await Deno.permissions.query({ name: "run", command: opener });
  if (state !== "granted") return;
  try {
    const { success } = await new Deno.Command(opener, {
      args: [page],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) report(`${opener} could not open a browser`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    report(`no browser was opened: there is no ${opener}`);
  }
}
