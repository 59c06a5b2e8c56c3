/** The rules of the house: what imports what, what touches a socket, one version everywhere. */

import { assert, assertEquals } from "@std/assert";
import { stripTypes } from "../station/web/strip_types.ts";
import { findKernels } from "../tools/kernels.ts";
import { LIST, webSources } from "../tools/web_modules.ts";

const ROOT = new URL("../", import.meta.url);
/** The modules from the lowest to the highest: each imports from those before it only. */
const FLOORS = ["net", "http", "fits", "rpc"] as const;
/** What stands on the modules: the station, the commands, the program. */
const STAIRS: readonly string[] = [...FLOORS, "station", "commands", "cli.ts"];

/** The rooms of each module from the lowest to the highest: a room uses those before it only. */
const ROOMS: readonly string[] = [
  ...["net/text", "net/bytes", "net/kernels", "net", "net/platform", "net/ftp", "net/redis"],
  ...["http/message", "http/fields", "http/s3", "http/client"],
  ...["http/download/links", "http/download/parts", "http/download/digests", "http/download/job"],
  ...[
    "http/download/ftp",
    "http/download",
    "http/pages",
    "http/server",
    "http/access",
    "http/files",
    "http/gateway",
  ],
  ...["http/websocket/vectors", "http/websocket/base64", "http/websocket/deflate"],
  ...["http/websocket/frames", "http/websocket", "http/image_exchange", "http"],
  ...["fits/header", "fits/source", "fits/hdu", "fits/image", "fits/table"],
  ...["fits/tiles/codecs", "fits/tiles/encoders", "fits/tiles"],
  ...["fits/wcs/keywords", "fits/wcs/projections", "fits/wcs/distortions", "fits/wcs"],
  ...["fits/sky"],
  ...[
    "fits/picture/scale",
    "fits/picture",
    "fits/picture/mean",
    "fits/picture/plot",
    "fits/file",
    "fits/write",
    "fits/workers",
    "fits/compress",
    "fits/cutout",
    "fits/rules",
    "fits/edit",
  ],
  ...["fits/verify", "fits/fitspipe/feed", "fits/fitspipe/events", "fits/fitspipe", "fits"],
  ...["rpc/language/values/dates", "rpc/language/values", "rpc/language/syntax"],
  ...["rpc/language/kernels/fourier", "rpc/language/kernels"],
  ...["rpc/language/structures", "rpc/language/routines", "rpc/language/state"],
  ...["rpc/language/functions/interpolate", "rpc/language/functions/fit"],
  ...["rpc/language/functions/image", "rpc/language/functions/linear"],
  ...["rpc/language/functions/random", "rpc/language/functions/text"],
  "rpc/language/functions/fits",
  ...["rpc/language/functions/time", "rpc/language/functions", "rpc/language/evaluation"],
  ...["rpc/language", "rpc/frames", "rpc/idl", "rpc/stream", "rpc/picture"],
  ...["rpc/server/evaluation", "rpc/server", "rpc/client", "rpc/map", "rpc/queue", "rpc"],
  ...["station/pyramid", "station/binning"],
  ...["station/web/page", "station/web/picture", "station/web/sky", "station/web/regions"],
  ...["station/measure", "station/api", "station/soda"],
  ...["station/live", "station/console"],
  "station/web/source",
  ...[
    "station/web/view",
    "station/web/insets",
    "station/web/marks",
    "station/web/panels",
    "station/web/console",
  ],
  ...["station/web", "station/pages", "station"],
  ...["commands/program", "commands/http", "commands/get", "commands/serve", "commands/fits"],
  ...["commands/fits/look", "commands/fits/check", "commands/fits/write", "commands/fits/cutout"],
  ...["commands/fitspipe", "commands/rpc", "commands/map", "commands/ws", "commands/station"],
  ...["commands/shell"],
];

/**
 * Modules behind the literal imports of cli.ts at most: Deno opens them all before the
 * program starts, 360 for a line of help take twice as long as an empty program.
 */
const MAX_MODULES_AT_START = 198;

/** Source files side by side in a room at most, so that a stranger can take it in. */
const MAX_FILES_IN_A_ROOM = 20;
/** The one room that may hold more: a file for each group of the language's routines. */
const CROWDED_ROOM = "rpc/language/functions";

/**
 * The pure rooms: bytes in, values or events out. Neither they nor anything
 * they import may touch a socket, a file, a process or the clock's timers.
 */
const PURE_ROOMS: readonly string[] = [
  ...["net/text", "net/bytes"],
  ...["fits/header", "fits/hdu", "fits/image", "fits/table", "fits/tiles", "fits/wcs"],
  ...["fits/sky"],
  ...["fits/picture", "fits/fitspipe/feed"],
  ...["http/message", "http/fields", "http/download/links", "http/websocket/base64"],
  ...["http/websocket/deflate", "http/websocket/frames", "http/websocket/vectors"],
  ...["rpc/frames", "rpc/idl", "rpc/picture", "rpc/language"],
];

/** Cores that live beside the shells that use them. */
const PURE_FILES: readonly string[] = [
  "fits/file/extended_name.ts",
  "fits/fitspipe/events/entry.ts",
  "fits/rules/cards.ts",
  "fits/rules/columns.ts",
  "fits/rules/compressed.ts",
  "fits/rules/structure.ts",
  "fits/source/bunzip2.ts",
  "fits/source/uncompress.ts",
  "http/client/content_coding.ts",
  "http/client/netrc.ts",
  "http/client/proxies.ts",
  "http/download/job/names.ts",
  "http/download/parts/sidecar.ts",
  "http/download/resume.ts",
  "http/download/schedule.ts",
  "http/download/spans.ts",
  "http/files/listing_page.ts",
  "http/files/request_path.ts",
  "http/gateway/page.ts",
  "http/pages/escape_html.ts",
  "http/s3/address.ts",
  "http/s3/answers.ts",
  "http/s3/profiles.ts",
  "http/s3/signature.ts",
  "http/s3/xml.ts",
  "http/server/access_log.ts",
  "http/websocket/base64_stream.ts",
  "http/websocket/handshake.ts",
  "http/websocket/message_queue.ts",
  "net/ftp/listing.ts",
  "net/ftp/octet_text.ts",
  "net/ftp/reply.ts",
  "net/redis/address.ts",
  "net/redis/replies.ts",
  "net/redis/streams.ts",
  "rpc/map/lines.ts",
  "rpc/map/numbers.ts",
  "rpc/map/plan.ts",
  "rpc/map/values.ts",
  "rpc/map/work.ts",
  "rpc/queue/checked_line.ts",
  "rpc/queue/layout.ts",
  "rpc/queue/scripts.ts",
  "rpc/server/evaluation/packed_value.ts",
  "station/live/feed_figures.ts",
  "station/pyramid/builder.ts",
  "station/pyramid/levels.ts",
  "station/pyramid/tile.ts",
  "station/web/marks/choose.ts",
  "station/web/marks/places.ts",
  "station/web/picture/color_table.ts",
  "station/web/picture/line_plot.ts",
  "station/web/picture/tile.ts",
  "station/web/picture/tile_cache.ts",
  "station/web/picture/tile_loader.ts",
  "station/web/picture/tile_queue.ts",
  "station/web/picture/transform.ts",
  "station/web/sky/align.ts",
  "station/web/regions/background.ts",
  "station/web/regions/ds9_text.ts",
  "station/web/regions/exact_sum.ts",
  "station/web/regions/large_region.ts",
  "station/web/regions/frames.ts",
  "station/web/regions/shapes.ts",
  "station/web/regions/statistics.ts",
  "station/web/sky/grid.ts",
  "station/web/sky/places.ts",
  "station/web/sky/readout.ts",
  "station/web/source/card_list.ts",
  "station/web/source/live_frame.ts",
  "station/web/view/choose_hdu.ts",
  "station/web/view/keys.ts",
  "station/web/view/number_text.ts",
  "station/web/view/taking.ts",
  "station/web/view/undo.ts",
  "station/web/view/url_state.ts",
];

/** Fetches kernels where no import does: code of the library itself, as an import is. */
const KERNEL_LOADER = "net/kernels/fetch_kernel.ts";

/** What a page imports. */
const BROWSER_ENTRIES = [
  "fits/browser.ts",
  "station/web/viewer.ts",
  "station/web/local.ts",
] as const;

/** What the platform's interface is filled with where the runtime is Deno or Node. */
const NATIVE_PLATFORM = "net/platform/node.ts";

/** What is not in a browser, or stops a page that is not isolated when a module is loaded. */
const FORBIDDEN_IN_BROWSERS =
  /\bDeno\.\w|"node:|\bgetBuiltinModule\b|\bglobalThis\.(?:Buffer|process)\b|\bBuffer\.\w|\bprocess\.\w|\bSharedArrayBuffer\(/;
const FORBIDDEN_IN_CORES = new RegExp(
  /\bfetch\(|\bsetTimeout\(|\bsetInterval\(|/.source + FORBIDDEN_IN_BROWSERS.source,
);

/** Every source file with the files it imports, both relative to the root. */
async function importGraph(): Promise<Map<string, string[]>> {
  const graph = new Map<string, string[]>();
  async function walk(folder: string): Promise<void> {
    for await (const entry of Deno.readDir(new URL(folder || ".", ROOT))) {
      const path = folder + entry.name;
      if (entry.isDirectory && !/^(\.|node_modules|coverage|out$)/.test(entry.name)) {
        await walk(path + "/");
      } else if (entry.isFile && /(?<!\.as)\.tsx?$/.test(entry.name)) {
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
    /^\s*(?:import|export)\b[^;]*?from\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\("([^"]+)"\)|(?:new URL|\bimport\(\s*import\.meta\.resolve)\("(\.[^"]+\.ts)"/gm;
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

function stairOf(path: string): number {
  if (path === "deps.ts") return -1;
  const index = STAIRS.indexOf(path.split("/", 1)[0]!);
  return index < 0 ? STAIRS.length : index;
}

/** The source of the program itself, without what is written about it. */
function isSource(path: string): boolean {
  return !/^(tests|bench|examples|docs|tools)\//.test(path);
}

function roomOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

Deno.test("imports go down only: cli -> commands -> station -> rpc -> fits -> http -> net", async () => {
  const upward: string[] = [];
  for (const [path, imports] of await importGraph()) {
    if (!isSource(path)) continue;
    for (const target of imports) {
      if (target.endsWith(".ts") && stairOf(target) > stairOf(path)) {
        upward.push(`${path} -> ${target}`);
      }
    }
  }
  assertEquals(upward, []);
});

Deno.test("rooms use the rooms before them, so that there is no circle between rooms", async () => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const [path, imports] of await importGraph()) {
    const room = roomOf(path);
    if (!isSource(path) || room === "") continue;
    const place = ROOMS.indexOf(room);
    if (place < 0) wrong.push(`${path} stands in no room of the list`);
    seen.add(room);
    // A room's own mod.ts names what others may use of the rooms inside it.
    if (path.endsWith("/mod.ts")) continue;
    for (const target of imports.filter((target) => target.endsWith(".ts"))) {
      if (stairOf(target) !== stairOf(path) || target.endsWith("/mod.ts")) continue;
      if (ROOMS.indexOf(roomOf(target)) > place) wrong.push(`${path} -> ${target}`);
    }
  }
  assertEquals(wrong, []);
  assertEquals(ROOMS.filter((room) => !seen.has(room)), [], "rooms without a file");
});

Deno.test("no room has more files than one can take in", async () => {
  const files = Map.groupBy([...(await importGraph()).keys()].filter(isSource), roomOf);
  const crowded = [...files].filter(([room, { length }]) =>
    length > MAX_FILES_IN_A_ROOM && room !== CROWDED_ROOM
  );
  assertEquals(crowded.map(([room, { length }]) => `${room}: ${length}`), []);
});

Deno.test("the program opens no more modules for its help than it must", async () => {
  const opened = new Set(["cli.ts"]);
  for (const path of opened) {
    const text = (await Deno.readTextFile(new URL(path, ROOT)))
      .replace(/^\s*(?:import|export) type\b[^;]*;/gm, "")
      .replace(/\btypeof import\("[^"]+"\)|import\.meta\.resolve\("[^"]+"\)|new URL\([^)]*\)/g, "");
    importsOf(path, text).filter((target) => target.endsWith(".ts")).forEach((target) =>
      opened.add(target)
    );
  }
  assert(opened.has("commands/http/head.ts"));
  assert(opened.size <= MAX_MODULES_AT_START, `${opened.size} modules`);
});

Deno.test("the program starts no kernel for its help", async () => {
  const run = new Set(["cli.ts"]);
  for (const path of run) {
    if (!path.endsWith(".ts")) continue;
    const text = (await Deno.readTextFile(new URL(path, ROOT)))
      .replace(/^\s*(?:import|export) type\b[^;]*;/gm, "")
      // What it imports when it is called is opened, and not run.
      .replace(
        /(?<==>\s+)import\((?:import\.meta\.resolve\()?"[^"]+"\)+|\btypeof import\("[^"]+"\)/g,
        "",
      );
    for (const target of importsOf(path, text)) if (graphTarget(target)) run.add(target);
  }
  assert(run.has("commands/program/command.ts"));
  assertEquals([...run].filter((path) => path.endsWith(".wasm")), []);
});

Deno.test("what asks object stores is run by whoever opens a bucket alone", async () => {
  const run: string[] = [];
  for (const [path, targets] of await importGraph()) {
    if (!targets.includes("http/s3/store.ts") || path.startsWith("tests/")) continue;
    const text = (await Deno.readTextFile(new URL(path, ROOT)))
      .replace(/^\s*(?:import|export) type\b[^;]*;|\bawait import\("[^"]+"\)/gm, "");
    if (importsOf(path, text).includes("http/s3/store.ts")) run.push(path);
  }
  assertEquals(run, []);
});

/** Modules that run when one does, without those that it imports by a call. */
async function runWith(path: string): Promise<ReadonlySet<string>> {
  const run = new Set([path]);
  for (const module of run) {
    if (!module.endsWith(".ts")) continue;
    const text = (await Deno.readTextFile(new URL(module, ROOT)))
      .replace(/^\s*(?:import|export) type\b[^;]*;/gm, "")
      .replace(/\bimport\(\s*(?:import\.meta\.resolve\(\s*)?"[^"]+"|\bnew URL\([^)]*\)/g, "");
    for (const target of importsOf(module, text)) if (target.endsWith(".ts")) run.add(target);
  }
  return run;
}

Deno.test("what a queue, events or a bucket need is run by whoever asks for one alone", async () => {
  const text = await Deno.readTextFile(new URL("cli.ts", ROOT));
  const commands = new Set(importsOf("cli.ts", text.replace(/\btypeof import\("[^"]+"\)/g, "")));
  const found: string[] = [];
  for (const path of [...commands, "commands/map/map.ts", "rpc/map/thread.ts", "mod.ts"]) {
    if (!/^(?:commands|rpc|mod)/.test(path)) continue;
    for (const module of await runWith(path)) {
      if (/^(?:net\/redis|rpc\/queue|fits\/fitspipe\/events|http\/s3)\//.test(module)) {
        found.push(`${path}: ${module}`);
      }
    }
  }
  assert(commands.has("commands/map/commands.ts") && commands.has("commands/rpc/call.ts"));
  assertEquals(found, []);
  const used = await runWith("commands/map/queued.ts");
  assert(used.has("net/redis/connection.ts") && used.has("rpc/queue/map_side.ts"));
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

Deno.test("a kernel is a source and a module, which one file imports", async () => {
  const imported: string[] = [];
  for (const [path, imports] of await importGraph()) {
    if (!isSource(path)) continue;
    imported.push(...new Set(imports.filter((target) => target.endsWith(".wasm"))));
  }
  const kernels = await findKernels();
  assertEquals(imported.toSorted(), kernels.map((kernel) => `${kernel}.wasm`));
});

Deno.test("library code imports by relative path only, outside packages through deps.ts", async () => {
  const bare: string[] = [];
  for (const [path, imports] of await importGraph()) {
    if (!isSource(path) || path === "deps.ts") continue;
    for (const target of imports) {
      if (!graphTarget(target) && !target.startsWith("node:")) bare.push(`${path} -> ${target}`);
    }
  }
  assertEquals(bare, []);
});

function graphTarget(target: string): boolean {
  return /\.(ts|js|wasm|html|css|txt|svg)$/.test(target) && !target.includes(":");
}

/** Every file that some files import, directly or by way of others, themselves included. */
function reachable(graph: Map<string, string[]>, from: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const queue = [...from];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path) || path === "deps.ts") continue;
    reached.add(path);
    queue.push(...(graph.get(path) ?? []).filter((target) => target.endsWith(".ts")));
  }
  return reached;
}

/** Files in whose code a pattern is found, comments aside, with what is found. */
async function filesWith(pattern: RegExp, paths: Iterable<string>): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const text = (await Deno.readTextFile(new URL(path, ROOT)))
      .replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
    const match = pattern.exec(text);
    if (match !== null) found.push(`${path}: ${match[0]}`);
  }
  return found;
}

Deno.test("cores touch no socket, file, process or timer, nor does what they import", async () => {
  const graph = await importGraph();
  const cores = [...graph.keys()].filter((path) =>
    PURE_ROOMS.some((room) => path.startsWith(`${room}/`)) || PURE_FILES.includes(path)
  );
  for (const core of [...PURE_ROOMS, ...PURE_FILES]) {
    assert(cores.some((path) => path.startsWith(core)), `nothing is at ${core}`);
  }
  const reached = reachable(graph, cores);
  for (const shell of [KERNEL_LOADER, NATIVE_PLATFORM]) reached.delete(shell);
  assertEquals(await filesWith(FORBIDDEN_IN_CORES, reached), []);
});

Deno.test("all that a browser loads is in browsers, and its types can be erased", async () => {
  const graph = await importGraph();
  const reached = reachable(graph, BROWSER_ENTRIES);
  for (const room of ["fits/header", "fits/image", "fits/table", "fits/wcs", "fits/picture"]) {
    assert([...reached].some((path) => path.startsWith(room)), `${room} is not in the entry`);
  }
  const bare = [...reached].flatMap((path) =>
    graph.get(path)!.filter((target) => !/\.(ts|wasm)$/.test(target) || target.includes(":"))
  );
  assertEquals(bare, []);
  for (const path of reached) {
    if (path.endsWith(".wasm")) continue;
    const text = await Deno.readTextFile(new URL(path, ROOT));
    assertEquals(stripTypes(text).length, text.length, path);
  }
  for (const shell of [KERNEL_LOADER, NATIVE_PLATFORM]) reached.delete(shell);
  assertEquals(await filesWith(FORBIDDEN_IN_BROWSERS, reached), []);
});

Deno.test("the list of what pages load is as their imports are: deno task web-modules writes it", async () => {
  assertEquals(await Deno.readTextFile(new URL(LIST, ROOT)), await webSources());
});

Deno.test("the lock file names the packages of deps.ts alone: every program fetches them", async () => {
  const { specifiers, remote } = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
  const imports = importsOf("deps.ts", await Deno.readTextFile(new URL("deps.ts", ROOT)));
  const packages = imports.map((target) => /^npm:[^@]+@[^/]+/.exec(target)![0]);
  assertEquals([Object.keys(specifiers), remote], [[...new Set(packages)], undefined]);
});

Deno.test("the binary contains every worker and every module that is loaded when it is called", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const included = [...tasks.compile.command.matchAll(/--include (\S+)/g)].map((match) => match[1]);
  const loaded: string[] = [];
  for (const path of (await importGraph()).keys()) {
    // What pages load is there as text.
    if (!isSource(path) || path.startsWith("station/web/")) continue;
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (
      const match of text.matchAll(
        /(?:new URL|\bimport\(\s*import\.meta\.resolve)\("(\.[^"]+\.ts)"/g,
      )
    ) {
      loaded.push(new URL(match[1]!, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length));
    }
  }
  assertEquals(included.toSorted(), [...new Set(loaded)].toSorted());
});

Deno.test("every deno.json, jsr.json, package.json and version.ts name the same version", async () => {
  const versions = new Map<string, string>();
  for (
    const file of [
      "jsr.json",
      "npm/package.json",
      ...FLOORS.map((floor) => `${floor}/deno.json`),
    ]
  ) {
    versions.set(file, JSON.parse(await Deno.readTextFile(new URL(file, ROOT))).version);
  }
  const program = "commands/program/version.ts";
  const text = await Deno.readTextFile(new URL(program, ROOT));
  versions.set(program, /VERSION = "([^"]+)"/.exec(text)![1]!);
  assertEquals([...new Set(versions.values())].length, 1, JSON.stringify([...versions]));
});
