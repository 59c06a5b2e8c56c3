/** What the package gives away: named, few, and all of it used by somebody. */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
/** The floors, which have the names of one field each. */
const FLOORS = ["net/mod.ts", "http/mod.ts", "fits/mod.ts", "rpc/mod.ts"];
const MAX_FLOOR_NAMES = 60;

/** What programs that import the root may name. */
const ROOT_NAMES = [
  "ArrayClient",
  "Card",
  "ClosedError",
  "FitsWriter",
  "FitspipeClient",
  "FormatError",
  "FtpClient",
  "Header",
  "HeliographError",
  "LimitError",
  "ProtocolError",
  "SocketReader",
  "TimeoutError",
  "arrayFromFile",
  "cameraFrameFile",
  "connect",
  "connectWebSocket",
  "download",
  "encodeCameraFrame",
  "encodeFits",
  "fetchHead",
  "fileHandler",
  "fitsPreview",
  "followFeed",
  "idlArray",
  "imageDataUri",
  "imagePage",
  "openFits",
  "readRange",
  "readWcs",
  "renderPng",
  "sendArray",
  "sendImage",
  "serveArrays",
  "serveFitspipe",
  "serveHttp",
  "serveImages",
  "serveTcp",
  "socketGet",
  "tableHdu",
  "toNativeOrder",
  "upgradeWebSocket",
  "verifyFits",
  "writeAll",
  "writeFits",
];

/** The types that come with them. */
const ROOT_TYPES = [
  "ArrayClientOptions",
  "ArrayInput",
  "ArrayServer",
  "CallOptions",
  "CameraImage",
  "ClientOptions",
  "ConnectOptions",
  "ConnectWebSocketOptions",
  "DownloadOptions",
  "DownloadRequest",
  "DownloadResult",
  "Endpoint",
  "FetchHeadResult",
  "FileHandlerOptions",
  "FitsFile",
  "FitsInput",
  "FitspipeClientOptions",
  "FitspipeFrame",
  "FitspipeServer",
  "FollowOptions",
  "FtpOptions",
  "Hdu",
  "HeliographErrorOptions",
  "HttpHandler",
  "HttpRequest",
  "HttpResponse",
  "HttpServer",
  "IdlValue",
  "Image",
  "ImageInput",
  "ImagePageOptions",
  "OpenOptions",
  "ReadRangeOptions",
  "ReadRangeResult",
  "RenderOptions",
  "SendArrayOptions",
  "ServeArraysOptions",
  "ServeFitspipeOptions",
  "ServeHttpOptions",
  "ServeImagesOptions",
  "ServeTcpOptions",
  "Socket",
  "SocketGetOptions",
  "SocketResponse",
  "Table",
  "TableInput",
  "TcpConnection",
  "TcpServer",
  "UpgradeWebSocketOptions",
  "Wcs",
  "WebSocketConnection",
  "WebSocketMessage",
  "WriteOptions",
];

interface Declared {
  readonly name: string;
  readonly declarations: readonly { readonly kind: string }[];
}

async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

async function filesBelow(folder: string, ending: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) found.push(...await filesBelow(`${path}/`, ending));
    else if (ending.test(entry.name)) found.push(path);
  }
  return found;
}

/** What may be imported, by the specifier: the file. */
async function entryPoints(): Promise<Map<string, string>> {
  const { exports } = JSON.parse(await textOf("jsr.json"));
  return new Map(Object.entries(exports as Record<string, string>));
}

let documented: Promise<Map<string, Declared[]>> | undefined;

/** Every entry point with what it exports, as `deno doc` sees it. */
function publicNames(): Promise<Map<string, Declared[]>> {
  return documented ??= (async () => {
    const files = [...(await entryPoints()).values()].filter((file) => file !== "./cli.ts");
    const { code, stdout } = await new Deno.Command("deno", {
      args: ["doc", "--json", ...files],
      cwd: ROOT,
      stderr: "inherit",
    }).output();
    assertEquals(code, 0);
    const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
    return new Map(files.map((file) => [file, nodes[new URL(file, ROOT).href].symbols]));
  })();
}

/** The public names that are types alone; classes are values. */
async function typeNames(): Promise<Set<string>> {
  const types = [...(await publicNames()).values()].flat().filter(({ declarations }) =>
    declarations.some(({ kind }) => kind === "interface" || kind === "typeAlias")
  );
  return new Set(types.map(({ name }) => name));
}

Deno.test("the root has these names and no others", async () => {
  const values = Object.keys(await import("../mod.ts"));
  assertEquals(values.toSorted(), ROOT_NAMES.toSorted());
  const names = (await publicNames()).get("./mod.ts")!.map(({ name }) => name);
  const types = names.filter((name) => !values.includes(name));
  assertEquals(types.toSorted(), ROOT_TYPES.toSorted());
});

for (const floor of FLOORS) {
  Deno.test(`${floor} has no more names than one can take in`, async () => {
    const names = (await publicNames()).get(`./${floor}`)!;
    const types = await typeNames();
    const values = names.filter(({ name }) => !types.has(name)).length;
    assert(values <= MAX_FLOOR_NAMES && names.length >= 25, `${values} of ${names.length}`);
  });
}

Deno.test("the floors have what the root has", async () => {
  const below = new Set<string>();
  for (const [file, names] of await publicNames()) {
    if (file !== "./mod.ts") { for (const { name } of names) below.add(name); }
  }
  assertEquals([...ROOT_NAMES, ...ROOT_TYPES].filter((name) => !below.has(name)), []);
});

Deno.test("what is exported is named, room by room at most", async () => {
  const found: string[] = [];
  for (const folder of ["net/", "http/", "fits/", "rpc/", "station/", "commands/"]) {
    for (const file of ["mod.ts", ...await filesBelow(folder, /\.ts$/)]) {
      for (const [line, from] of (await textOf(file)).matchAll(/^export \*.* from "(.*)";$/gm)) {
        if (!from!.endsWith("/mod.ts") || file === "mod.ts") found.push(`${file}: ${line}`);
      }
    }
  }
  assertEquals(found, []);
});

Deno.test("deno.json and the floors name the entry points that jsr.json names", async () => {
  const entries = await entryPoints();
  entries.delete("./cli");
  const { imports } = JSON.parse(await textOf("deno.json"));
  const own = Object.entries(imports).filter(([name]) => name.startsWith("@heliograph/"));
  assertEquals(
    own.map(([name, file]) => [name.replace("@heliograph/heliograph", "."), file]),
    [...entries].map(([name, file]) => [name === "." ? "." : name, file]),
  );
  const members = new Set(["./mod.ts"]);
  for (const floor of FLOORS) {
    const folder = floor.split("/", 1)[0]!;
    const { exports } = JSON.parse(await textOf(`${folder}/deno.json`));
    const named = typeof exports === "string" ? [exports] : Object.values(exports as object);
    for (const file of named) members.add(`./${folder}/${file.slice(2)}`);
  }
  assertEquals([...members].toSorted(), [...entries.values()].toSorted());
});

/** The text of commands, examples, documents, and of the examples in doc comments. */
async function usersText(): Promise<string> {
  const texts = [await textOf("README.md")];
  for (const folder of ["commands/", "station/", "examples/", "docs/"]) {
    for (const file of await filesBelow(folder, /\.(ts|md)$/)) texts.push(await textOf(file));
  }
  for (const folder of ["net/", "http/", "fits/", "rpc/"]) {
    for (const file of ["mod.ts", ...await filesBelow(folder, /\.ts$/)]) {
      const blocks = (await textOf(file)).matchAll(/^ *\* ```ts(?: ignore)?\n([^]*?)^ *\* ```$/gm);
      for (const [, example] of blocks) texts.push(example!);
    }
  }
  return texts.join("\n");
}

/** Another name that a type has outside, by the one that it has inside. */
async function aliases(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const file of [...(await entryPoints()).values(), "rpc/language/mod.ts"]) {
    for (const [, inside, outside] of (await textOf(file)).matchAll(/(\w+) as (\w+)/g)) {
      found.set(outside!, inside!);
    }
  }
  return found;
}

Deno.test("every public name is used by a command, an example, a document or another name", async () => {
  const words = new Set((await usersText()).match(/\w+/g));
  const referred = new Set<string>();
  const all: Declared[] = [...(await publicNames()).values()].flat();
  for (const { name, declarations } of all) {
    for (const [, type] of JSON.stringify(declarations).matchAll(/"typeName":"(\w+)"/g)) {
      if (type !== name) referred.add(type!);
    }
  }
  const insides = await aliases();
  // What another public name takes or gives is used with it: types and classes.
  const comesAlong = new Set(
    all.filter(({ declarations }) => declarations.some(({ kind }) => /^(i|t|c)/.test(kind)))
      .map(({ name }) => name),
  );
  const unused = all.map(({ name }) => name).filter((name) =>
    !words.has(name) &&
    !(comesAlong.has(name) && (referred.has(name) || referred.has(insides.get(name) ?? "")))
  );
  assertEquals([...new Set(unused)].toSorted(), []);
});
