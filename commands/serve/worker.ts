/** A thread of `heliograph serve --workers N`: a server of its own on the common port. */

import { messageOf } from "../../net/errors.ts";
import { type FolderSettings, serveFolder } from "./folder.ts";

/** What a worker says: that it serves, that it has ended, or why it could not. */
export type WorkerReport =
  | { readonly event: "listening" }
  | { readonly event: "ended" }
  | { readonly event: "failed"; readonly message: string };

/** What this file needs of its own thread, which the types of the main one lack. */
interface WorkerThread {
  postMessage(report: WorkerReport): void;
  onmessage: ((event: MessageEvent<FolderSettings | "shutdown">) => void) | null;
  close(): void;
}

const thread = globalThis as unknown as WorkerThread;
const stop = new AbortController();

thread.onmessage = async ({ data }) => {
  if (data === "shutdown") return stop.abort();
  try {
    const server = await serveFolder(data, stop.signal);
    thread.postMessage({ event: "listening" });
    await server.finished;
    thread.postMessage({ event: "ended" });
  } catch (error) {
    const message = messageOf(error);
    thread.postMessage({ event: "failed", message });
  }
  thread.close();
};
