/** The rules of the house: what imports what, what touches a socket, one version everywhere. */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const FLOORS = ["net", "http", "fits", "rpc"] as const;

/**
 * The pure cores: bytes in, values or events out. Neither they nor anything
 * they import may touch a socket, a file, a process or the clock's timers.
 */
const CORES: readonly string[] = [
  "fits/source/bunzip2.ts",
  "fits/header/card.ts",
  "fits/header/card_value.ts",
  "fits/hdu/checksum.ts",
  "fits/fitspipe/feed/camera.ts",
  "fits/fitspipe/feed/composite.ts",
  "fits/fitspipe/feed/store.ts",
  "fits/fitspipe/feed/frame.ts",
  "fits/fitspipe/feed/protocol.ts",
  "fits/fitspipe/feed/words.ts",
  "fits/hdu/layout.ts",
  "fits/header/header.ts",
  "fits/image/image.ts",
  "fits/image/output.ts",
  "fits/picture/png.ts",
  "fits/image/section.ts",
  "fits/picture/render.ts",
  "fits/picture/sample_sun.ts",
  "fits/image/statistics.ts",
  "fits/source/uncompress.ts",
  "fits/rules/cards.ts",
  "fits/rules/columns.ts",
  "fits/rules/compressed.ts",
  "fits/rules/structure.ts",
  "fits/table/table.ts",
  "fits/table/output.ts",
  "fits/wcs/wcs.ts",
  "http/fields/accept.ts",
  "http/server/access_log.ts",
  "http/message/chunked.ts",
  "http/fields/conditions.ts",
  "http/fields/content_disposition.ts",
  "http/fields/content_type.ts",
  "http/message/date.ts",
  "http/pages/escape_html.ts",
  "http/fields/file_name.ts",
  "http/message/header_fields.ts",
  "http/fields/image_type.ts",
  "http/files/listing_page.ts",
  "http/message/encoder.ts",
  "http/fields/ranges.ts",
  "http/message/request_head.ts",
  "http/files/request_path.ts",
  "http/message/response_head.ts",
  "http/websocket/base64/decoder.ts",
  "http/websocket/base64/encoder.ts",
  "http/websocket/base64_stream.ts",
  "http/message/collected_bytes.ts",
  "http/websocket/deflate/compressibility.ts",
  "http/websocket/deflate/stream.ts",
  "http/websocket/frames/head_parser.ts",
  "http/websocket/handshake.ts",
  "http/websocket/frames/message_parser.ts",
  "http/websocket/message_queue.ts",
  "http/websocket/frames/read_buffer.ts",
  "http/websocket/vectors/vectors.ts",
  "net/ftp/listing.ts",
  "net/ftp/octet_text.ts",
  "net/ftp/reply.ts",
  "net/glob.ts",
  "http/fields/byte_selection.ts",
  "http/client/netrc.ts",
  "http/client/content_coding.ts",
  "http/client/proxies.ts",
  "http/fields/data_url.ts",
  "http/fields/digest_fields.ts",
  "http/download/links/input_list.ts",
  "http/download/links/link_list.ts",
  "http/download/job/names.ts",
  "http/download/resume.ts",
  "http/download/schedule.ts",
  "http/download/parts/sidecar.ts",
  "http/download/spans.ts",
  "rpc/language/",
  "fits/image/npy.ts",
  "rpc/picture/color_tables.ts",
  "rpc/frames/arrays.ts",
  "rpc/frames/command.ts",
  "rpc/frames/frames.ts",
  "rpc/frames/known_head.ts",
  "rpc/picture/line_plot.ts",
  "rpc/server/evaluation/packed_value.ts",
  "rpc/picture/picture.ts",
  "rpc/frames/reading.ts",
  "rpc/idl/message.ts",
  "rpc/idl/size_vector.ts",
];

const FORBIDDEN_IN_CORES =
  /\bDeno\.\w|from "node:(?!zlib|buffer)|\bfetch\(|\bsetTimeout\(|\bsetInterval\(/;

/** Every source file with the files it imports, both relative to the root. */
async function importGraph(): Promise<Map<string, string[]>> {
  const graph = new Map<string, string[]>();
  async function walk(folder: string): Promise<void> {
    for await (const entry of Deno.readDir(new URL(folder || ".", ROOT))) {
      const path = folder + entry.name;
      if (entry.isDirectory && !/^(\.|node_modules|coverage|out$)/.test(entry.name)) {
        await walk(path + "/");
      } else if (entry.isFile && /\.tsx?$/.test(entry.name)) {
        const text = await Deno.readTextFile(new URL(path, ROOT));
        graph.set(path, importsOf(path, text));
      }
    }
  }
  await walk("");
  return graph;
}

function importsOf(path: string, text: string): string[] {
  const found: string[] = [];
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const pattern =
    /^\s*(?:import|export)\b[^;]*?from\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\("([^"]+)"\)|new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/gm;
  for (const match of code.matchAll(pattern)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? match[4]!;
    found.push(
      specifier.startsWith(".")
        ? new URL(specifier, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length)
        : specifier,
    );
  }
  return found;
}

function floorOf(path: string): number {
  const index = FLOORS.indexOf(path.split("/", 1)[0] as typeof FLOORS[number]);
  return index < 0 && path !== "deps.ts" ? FLOORS.length : index;
}

Deno.test("imports go down only: cli, station -> rpc -> fits -> http -> net", async () => {
  const upward: string[] = [];
  for (const [path, imports] of await importGraph()) {
    if (/^(tests|bench|examples)\//.test(path)) continue;
    for (const target of imports) {
      if (target.endsWith(".ts") && floorOf(target) > floorOf(path)) {
        upward.push(`${path} -> ${target}`);
      }
    }
  }
  assertEquals(upward, []);
});

Deno.test("no module imports itself by way of others", async () => {
  const graph = await importGraph();
  const done = new Set<string>();
  const circles: string[] = [];
  function visit(path: string, trail: readonly string[]): void {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  }
  for (const path of graph.keys()) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("library code imports by relative path only, outside packages through deps.ts", async () => {
  const bare: string[] = [];
  for (const [path, imports] of await importGraph()) {
    if (/^(tests|bench|examples)\//.test(path) || path === "deps.ts") continue;
    for (const target of imports) {
      if (!graphTarget(target) && !target.startsWith("node:")) bare.push(`${path} -> ${target}`);
    }
  }
  assertEquals(bare, []);
});

function graphTarget(target: string): boolean {
  return /\.(ts|js|html|css|txt|svg)$/.test(target) && !target.includes(":");
}

Deno.test("cores touch no socket, file, process or timer, nor does what they import", async () => {
  const graph = await importGraph();
  const cores = [...graph.keys()].filter((path) =>
    CORES.some((core) => core.endsWith("/") ? path.startsWith(core) : path === core)
  );
  for (const core of CORES) {
    assert(cores.some((path) => path.startsWith(core)), `no core at ${core}`);
  }
  const reached = new Set<string>();
  const queue = [...cores];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    queue.push(...(graph.get(path) ?? []).filter((target) => target.endsWith(".ts")));
  }
  const touching: string[] = [];
  for (const path of reached) {
    if (path === "deps.ts") continue;
    const text = (await Deno.readTextFile(new URL(path, ROOT)))
      .replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
    const match = FORBIDDEN_IN_CORES.exec(text);
    if (match !== null) touching.push(`${path}: ${match[0]}`);
  }
  assertEquals(touching, []);
});

Deno.test("the binary contains every worker", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const included = [...tasks.compile.command.matchAll(/--include (\S+)/g)].map((match) => match[1]);
  const workers: string[] = [];
  for (const path of (await importGraph()).keys()) {
    if (/^(tests|bench|examples)\//.test(path)) continue;
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const match of text.matchAll(/new URL\("(\.\/[^"]+\.ts)", import\.meta\.url\)/g)) {
      workers.push(new URL(match[1]!, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length));
    }
  }
  assertEquals(included.toSorted(), workers.toSorted());
});

Deno.test("every deno.json, jsr.json and cli.ts name the same version", async () => {
  const versions = new Map<string, string>();
  for (const file of ["jsr.json", ...FLOORS.map((floor) => `${floor}/deno.json`)]) {
    versions.set(file, JSON.parse(await Deno.readTextFile(new URL(file, ROOT))).version);
  }
  const cli = await Deno.readTextFile(new URL("cli.ts", ROOT));
  versions.set("cli.ts", /VERSION = "([^"]+)"|VERSION: string = "([^"]+)"/.exec(cli)![1]!);
  assertEquals([...new Set(versions.values())].length, 1, JSON.stringify([...versions]));
});
