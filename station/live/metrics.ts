/** `/metrics`: what the station has done, as Prometheus reads it (text format 0.0.4). */

import type { AccessRecord } from "../../http/server/access_log.ts";

/** Upper ends of the classes that times are counted in, in seconds. */
const CLASSES: readonly number[] = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];
/** The first parts of paths that are counted by their names. */
const ROUTES =
  /^\/(app|console|events|feeds|files|fits|healthz|live|local|metrics|pictures|problems|soda|station\.json|status|view)(?=[/?]|$)/;
/** Statuses that refuse somebody, and why. */
const REFUSALS: Readonly<Record<number, string>> = {
  401: "token",
  403: "forbidden",
  421: "host",
  429: "busy",
  431: "head",
};

/** A number of the station now. */
export interface Gauge {
  /** Its name behind `heliograph_`. */
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  /** Values by their labels, such as `{feed="camera"}`. */
  readonly values: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** Counts requests. */
export class RequestMetrics {
  readonly #base: string;
  readonly #requests = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  readonly #classes: number[] = CLASSES.map(() => 0);
  #count = 0;
  #seconds = 0;

  /**
   * Begins with nothing.
   *
   * @param base The path before those of the station.
   */
  constructor(base: string) {
    this.#base = base;
  }

  /** Counts a request that has been answered. */
  note({ target, status, duration }: AccessRecord): void {
    const route = target === undefined ? "none" : this.#routeOf(target);
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const reason = REFUSALS[status];
    if (reason !== undefined) this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
    const seconds = duration / 1000;
    this.#count++;
    this.#seconds += seconds;
    for (const [i, most] of CLASSES.entries()) if (seconds <= most) this.#classes[i]!++;
  }

  /** Paths are as many as there are files: only their kind is counted. */
  #routeOf(target: string): string {
    const path = target.startsWith(`${this.#base}/`) ? target.slice(this.#base.length) : target;
    if (path === "/" || path.startsWith("/?")) return "home";
    return ROUTES.exec(path)?.[1] ?? "file";
  }

  /**
   * Writes all of it.
   *
   * @param gauges Numbers of others.
   */
  write(gauges: readonly Gauge[]): string {
    const lines: string[] = [];
    const head = (name: string, help: string, type: string) =>
      lines.push(`# HELP heliograph_${name} ${help}`, `# TYPE heliograph_${name} ${type}`);
    head("http_requests_total", "Requests that were answered.", "counter");
    for (const [labels, count] of this.#requests) {
      lines.push(`heliograph_http_requests_total{${labels}} ${count}`);
    }
    head("http_seconds", "Seconds from a request to the end of its answer.", "histogram");
    for (const [i, most] of CLASSES.entries()) {
      lines.push(`heliograph_http_seconds_bucket{le="${most}"} ${this.#classes[i]}`);
    }
    lines.push(
      `heliograph_http_seconds_bucket{le="+Inf"} ${this.#count}`,
      `heliograph_http_seconds_sum ${this.#seconds}`,
      `heliograph_http_seconds_count ${this.#count}`,
    );
    head("refused_total", "Requests that were refused.", "counter");
    for (const [reason, count] of this.#refused) {
      lines.push(`heliograph_refused_total{reason="${reason}"} ${count}`);
    }
    for (const { name, help, type, values } of gauges) {
      head(name, help, type);
      for (const [labels, value] of values) {
        const text = Object.entries(labels).map(([label, word]) => `${label}="${escaped(word)}"`);
        const shown = text.length === 0 ? "" : `{${text.join(",")}}`;
        lines.push(`heliograph_${name}${shown} ${value}`);
      }
    }
    return lines.join("\n") + "\n";
  }
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
