/** `/app/HASH/PATH`: the modules of pages, their types stripped, by paths as in the repository. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { chooseEncoding } from "../http/fields/accept.ts";
import { errorResponse } from "../http/server/error_response.ts";
import type { HttpRequest, HttpResponse } from "../http/server/types.ts";
import { stripTypes } from "./web/strip_types.ts";
import { WEB_KERNELS, WEB_SOURCES } from "./web_sources.ts";

/** Where the repository is, or what it was installed from. */
const ROOT = new URL("../", import.meta.url);

/** A source as it is sent. */
interface SentSource {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** Serves what pages load. Nothing is read and no type stripped before it is asked for. */
export class WebModules {
  readonly #sent = new Map<string, SentSource>();
  readonly #sources: Readonly<Record<string, string>>;
  readonly #base: string;
  #hash: string | undefined;

  /**
   * Prepares modules.
   *
   * @param sources The sources by their paths from the root. @default {WEB_SOURCES}
   * @param base The path that they are below. @default {"/app"}
   */
  constructor(sources: Readonly<Record<string, string>> = WEB_SOURCES, base = "/app") {
    this.#sources = sources;
    this.#base = base;
  }

  /** What tells these sources from all others. */
  get hash(): string {
    return this.#hash ??= createHash("sha256").update(JSON.stringify(this.#sources))
      .digest("base64url").slice(0, 12);
  }

  /**
   * The address of a source.
   *
   * @param path Its path from the root.
   */
  hrefOf(path: string): string {
    return `${this.#base}/${this.hash}/${path}`;
  }

  /**
   * The modules that a module imports before it runs, itself included.
   *
   * @param entry Its path from the root.
   */
  graphOf(entry: string): string[] {
    const graph = new Set([entry]);
    for (const path of graph) {
      const source = this.#sources[path];
      if (source === undefined) continue;
      for (const specifier of staticImports(stripTypes(source))) {
        const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
        if (Object.hasOwn(this.#sources, target)) graph.add(target);
      }
    }
    return [...graph];
  }

  /**
   * Answers a request below `/app/`.
   *
   * @param request The request.
   */
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return errorResponse(405, `${request.method} is not allowed`, { Allow: "GET, HEAD" });
    }
    const prefix = `${this.#base}/${this.hash}/`;
    const path = request.path.slice(prefix.length);
    if (request.path.startsWith(prefix)) {
      if (WEB_KERNELS.includes(path)) return kernel(path);
      const sent = this.#find(path);
      if (sent !== undefined) return answer(request, sent);
    }
    return errorResponse(404, "the station has no such module: it may be a newer one, reload", {
      "Cache-Control": "no-store",
    });
  }

  #find(path: string): SentSource | undefined {
    const kept = this.#sent.get(path);
    if (kept !== undefined || !Object.hasOwn(this.#sources, path)) return kept;
    const source = this.#sources[path]!;
    const [type, text] = path.endsWith(".css")
      ? ["text/css; charset=utf-8", source]
      : ["text/javascript; charset=utf-8", stripTypes(source)];
    const bytes = new TextEncoder().encode(text);
    const sent = { type, bytes, gzip: new Uint8Array(gzipSync(bytes)) };
    this.#sent.set(path, sent);
    return sent;
  }
}

function answer(request: HttpRequest, { type, bytes, gzip }: SentSource): HttpResponse {
  const coding = chooseEncoding(request.fields.get("accept-encoding"), ["gzip"]);
  return {
    status: 200,
    fields: {
      "Content-Type": type,
      "Cache-Control": "public, max-age=31536000, immutable",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Vary": "Accept-Encoding",
      "X-Content-Type-Options": "nosniff",
      ...(coding === undefined ? {} : { "Content-Encoding": coding }),
    },
    body: coding === undefined ? bytes : gzip,
  };
}

/** A kernel is read where the station's own code is; its text could not be imported. */
async function kernel(path: string): Promise<HttpResponse> {
  try {
    const response = await fetch(new URL(path, ROOT));
    if (!response.ok) throw new TypeError(`the answer is ${response.status}`);
    return {
      status: 200,
      fields: {
        "Content-Type": "application/wasm",
        "Cache-Control": "private, max-age=600",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
      },
      body: await response.bytes(),
    };
  } catch {
    // The reason may name what is on the disk.
    return errorResponse(404, "the station may not read its own kernels");
  }
}

/** What a module in JavaScript imports before it runs. */
function staticImports(code: string): string[] {
  const bare = code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const pattern =
    /^\s*(?:import|export)\b[^;"]*?from\s*"(\.[^"]+\.ts)"|^\s*import\s*"(\.[^"]+\.ts)"/gm;
  return [...bare.matchAll(pattern)].map((match) => match[1] ?? match[2]!);
}
