/** What a worker has done, as Prometheus reads it (text format 0.0.4). */

import { type HttpServer, serveHttp } from "../../http/server/serve_http.ts";
import { errorResponse } from "../../http/server/error_response.ts";

/** Counts the jobs of a worker. */
export class JobMetrics {
  readonly #ended = new Map<string, number>();
  #count = 0;
  #seconds = 0;

  /**
   * Counts a job.
   *
   * @param seconds How long it took.
   * @param failed Why it failed, if it did.
   */
  note(seconds: number, failed: string | undefined): void {
    const how = failed ?? "done";
    this.#ended.set(how, (this.#ended.get(how) ?? 0) + 1);
    this.#count++;
    this.#seconds += seconds;
  }

  /** Writes all of it. */
  write(): string {
    const ends = [...this.#ended].map(([how, count]) =>
      `heliograph_jobs_total{result="${how}"} ${count}\n`
    );
    return "# HELP heliograph_jobs_total Jobs that have ended, by what became of them.\n" +
      `# TYPE heliograph_jobs_total counter\n${ends.join("")}` +
      "# HELP heliograph_job_seconds Time of a job.\n# TYPE heliograph_job_seconds summary\n" +
      `heliograph_job_seconds_sum ${Math.round(this.#seconds * 1_000) / 1_000}\n` +
      `heliograph_job_seconds_count ${this.#count}\n`;
  }
}

/**
 * Serves `/metrics` to this machine.
 *
 * @param metrics What is told.
 * @param port The port, 0 for any.
 */
export async function serveMetrics(metrics: JobMetrics, port: number): Promise<HttpServer> {
  return await serveHttp({ hostname: "127.0.0.1", port }, ({ path, method }) => {
    if (path !== "/metrics") return errorResponse(404, "expected /metrics");
    if (method !== "GET" && method !== "HEAD") return errorResponse(405, "expected GET");
    return {
      status: 200,
      fields: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" },
      body: metrics.write(),
    };
  });
}
