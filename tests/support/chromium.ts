/** A headless Chromium that opens a page and answers questions about it. */

import { linesOf } from "@std/streams";
import { temporaryFolder } from "./temporary.ts";

/** A page in a browser of its own. */
export interface Page extends AsyncDisposable {
  /**
   * Evaluates an expression in the page, again and again until it is neither false
   * nor undefined nor null.
   */
  until<T>(expression: string): Promise<T>;
  /** Goes to another URL; what the console complains of is kept. */
  goTo(url: string): Promise<void>;
  /** Takes a picture of the page, as PNG. */
  screenshot(): Promise<Uint8Array>;
  /** Calls a method of the browser's DevTools protocol. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  /** What the console has complained of since the page was opened, as `level: text`. */
  readonly problems: readonly string[];
}

/** How a page is opened. */
export interface PageOptions {
  /** Whether pages run their scripts. @default {true} */
  readonly hasScript?: boolean | undefined;
  /** CSS pixels of the window. @default {1100 x 800} */
  readonly size?: readonly [width: number, height: number] | undefined;
  /** Whether the system prefers dark pages. @default {false} */
  readonly isDark?: boolean | undefined;
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
];

/** How long a page may take for one answer. */
const PATIENCE_MS = 30_000;

/**
 * Opens a URL in a new browser with an empty profile, which is removed when it is closed.
 *
 * @param url The page.
 * @param options The window.
 */
export async function openPage(
  url: string,
  { size = [1100, 800], isDark = false, hasScript = true }: PageOptions = {},
): Promise<Page> {
  const profile = await temporaryFolder();
  const script = hasScript ? [] : ["--blink-settings=scriptEnabled=false"];
  const flags = [...FLAGS, ...script, `--window-size=${size.join()}`];
  const browser = new Deno.Command("chromium", {
    args: [...flags, `--user-data-dir=${profile.path}`, url],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { endpoint, ended } = await debuggerAddress(browser.stderr);
  const target = await pageTarget(endpoint, url);
  const socket = new WebSocket(target);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const problems: string[] = [];
  const call = caller(socket, problems);
  await Promise.all([call("Runtime.enable", {}), call("Log.enable", {})]);
  const [width, height] = size;
  const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
  await call("Emulation.setDeviceMetricsOverride", metrics);
  const scheme = { name: "prefers-color-scheme", value: isDark ? "dark" : "light" };
  await call("Emulation.setEmulatedMedia", { features: [scheme] });
  return {
    problems,
    goTo: async (url) => {
      // By way of an empty page, so that the same address is loaded anew.
      await call("Page.navigate", { url: "about:blank" });
      await answer(call, "location.href === 'about:blank'");
      await call("Page.navigate", { url });
      await answer(call, "location.href !== 'about:blank'");
    },
    send: (method, params = {}) => call(method, params),
    until: (expression) => answer(call, expression),
    screenshot: async () => {
      const { data } = await call("Page.captureScreenshot", { format: "png" });
      return Uint8Array.fromBase64(data as string);
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => socket.onclose = resolve);
      socket.close();
      await closed;
      browser.kill("SIGKILL");
      await browser.status;
      await ended;
      await profile[Symbol.asyncDispose]();
    },
  };
}

/**
 * Where the debugger listens, and when all of the browser has ended: its helper
 * processes outlive it a little, write to the profile, and share its standard error.
 */
async function debuggerAddress(
  stderr: ReadableStream<Uint8Array>,
): Promise<{ endpoint: string; ended: Promise<void> }> {
  const reader = linesOf(stderr).getReader();
  const lines: string[] = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`chromium ended: ${lines.join("\n")}`);
    lines.push(value);
    const match = /DevTools listening on ws:\/\/([^/]+)\//.exec(value);
    if (match === null) continue;
    const ended = (async () => {
      while (!(await reader.read()).done);
    })();
    return { endpoint: match[1]!, ended };
  }
}

async function pageTarget(endpoint: string, url: string): Promise<string> {
  for (const start = performance.now(); performance.now() - start < PATIENCE_MS;) {
    const response = await fetch(`http://${endpoint}/json/list`);
    const targets = await response.json() as {
      type: string;
      url: string;
      webSocketDebuggerUrl: string;
    }[];
    const page = targets.find((target) => target.type === "page" && target.url === url);
    if (page !== undefined) return page.webSocketDebuggerUrl;
  }
  throw new Error(`chromium did not open ${url}`);
}

type Call = (method: string, params: object) => Promise<Record<string, unknown>>;

function caller(socket: WebSocket, problems: string[]): Call {
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(data);
    if (method !== undefined) return noteProblem(method, params, problems);
    waiting.get(id)?.(result ?? { error });
    waiting.delete(id);
  };
  return (method, params) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}

/** Notes what the console complains of; what is merely said there is no complaint. */
function noteProblem(method: string, params: Record<string, never>, problems: string[]): void {
  const { entry, exceptionDetails, type, args } = params as Record<string, Record<string, unknown>>;
  if (method === "Log.entryAdded" && entry!.level !== "info" && entry!.level !== "verbose") {
    problems.push(`${entry!.level}: ${entry!.text} ${entry!.url ?? ""}`.trim());
  } else if (method === "Runtime.exceptionThrown") {
    const { exception, text } = exceptionDetails as {
      exception?: { description?: string };
      text: string;
    };
    problems.push(`exception: ${exception?.description ?? text}`);
  } else if (
    method === "Runtime.consoleAPICalled" && /^(?:error|warning|assert)$/.test(String(type))
  ) {
    problems.push(`${type}: ${JSON.stringify(args)}`);
  }
}

async function answer<T>(call: Call, expression: string): Promise<T> {
  let result: { value?: unknown; description?: string } = {};
  for (const start = performance.now(); performance.now() - start < PATIENCE_MS;) {
    const evaluated = await call("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    // There is no result while the page gives way to another.
    result = (evaluated?.result ?? {}) as typeof result;
    if (result.value !== undefined && result.value !== null && result.value !== false) {
      return result.value as T;
    }
  }
  throw new Error(`the page never answered ${expression}: ${JSON.stringify(result)}`);
}
