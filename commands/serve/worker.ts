/** A thread of `heliograph serve --workers N`: a server of its own on the common port. */

import type { HttpServer } from "../../http/server/serve_http.ts";
import { messageOf } from "../../net/errors.ts";
import { type FolderSettings, serveFolder } from "./folder.ts";

/** What a worker says: that it serves, that it has ended, or why it could not. */
export type WorkerReport =
  | { readonly event: "listening" }
  | { readonly event: "ended" }
  | { readonly event: "failed"; readonly message: string };

/** What a worker is told: to serve, to end, or which certificate to show from now on. */
export type WorkerOrder = FolderSettings | "shutdown" | {
  readonly renewed: { readonly cert: string; readonly key: string };
};

/** What this file needs of its own thread, which the types of the main one lack. */
interface WorkerThread {
  postMessage(report: WorkerReport): void;
  onmessage: ((event: MessageEvent<WorkerOrder>) => void) | null;
  close(): void;
}

const thread = globalThis as unknown as WorkerThread;
const stop = new AbortController();
let server: HttpServer | undefined;

thread.onmessage = async ({ data }) => {
  if (data === "shutdown") return stop.abort();
  if ("renewed" in data) return server?.useCertificate(data.renewed.cert, data.renewed.key);
  try {
    server = await serveFolder(data, stop.signal);
    thread.postMessage({ event: "listening" });
    await server.finished;
    thread.postMessage({ event: "ended" });
  } catch (error) {
    const message = messageOf(error);
    thread.postMessage({ event: "failed", message });
  }
  thread.close();
};
