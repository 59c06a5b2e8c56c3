/** The servers of the station as its page shows them: addresses, numbers, commands to paste. */

import type { FeedStore } from "../fits/fitspipe/feed/store.ts";
import type { ImageServer } from "../http/image_exchange/serve_images.ts";
import type { TcpServer } from "../net/serve_tcp.ts";
import { formatBytes } from "../net/format_bytes.ts";
import { formatAddress } from "../net/socket.ts";
import { ARRAY_PORT } from "../rpc/frames/frames.ts";
import type { ArrayServer } from "../rpc/server/array_server.ts";

/** A server of the station. */
export interface Service {
  /** A word for it, such as `files`. */
  readonly name: string;
  /** Where it listens. */
  readonly url: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** A page that shows it, if there is one. */
  readonly page?: { readonly href: string; readonly words: string } | undefined;
  /** Command lines that can be pasted, without the program's name. */
  readonly commands: readonly string[];
  /** Its numbers now, by what they count. */
  numbers(): Readonly<Record<string, number>>;
}

/** The feed of the camera that does not exist. */
export const CAMERA = "camera";

/** Whether a name is that of a FITS file. */
export const isFits = (name: string): boolean => /\.(fits?|fts)(\.gz|\.fz)?$|\.fz$/i.test(name);

/** Whether a name is that of an image that a browser shows. */
export const isPicture = (name: string): boolean => /\.(jpe?g|png)$/i.test(name);

/** The numbers of a service in words: `1 connection, 8 frames, 4.69 MiB`. */
export function statusOf(service: Service): string {
  return Object.entries(service.numbers()).map(([name, count]) => {
    if (name === "bytes") return formatBytes(count);
    return `${count} ${count === 1 ? name.replace(/s$/, "") : name}`;
  }).join(", ");
}

/** The names of what may be seen of the data folder, folders with a slash. */
export function dataFiles(data: string): string[] {
  const names: string[] = [];
  for (const entry of Deno.readDirSync(data)) {
    if (!entry.name.startsWith(".")) names.push(entry.isDirectory ? `${entry.name}/` : entry.name);
  }
  return names.sort();
}

/** A file of the data for a command to try; undefined where there is none of its kind. */
function example(data: string, wanted: (name: string) => boolean): string | undefined {
  return dataFiles(data).find(wanted);
}

/** The same as a path, as a shell reads it. */
function examplePath(data: string, wanted: (name: string) => boolean): string | undefined {
  const name = example(data, wanted);
  if (name === undefined) return undefined;
  const path = `${data.replace(/\/$/, "")}/${name}`;
  return /^[\w./~:@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Commands with a file that is there; none where it is not. */
function withFile(file: string | undefined, commands: (file: string) => string[]): string[] {
  return file === undefined ? [] : commands(file);
}

/** The file server. */
export function fileService(
  url: string,
  server: TcpServer,
  data: string,
  base = "",
): Service {
  const name = example(data, isFits);
  const href = name === undefined ? undefined : `${url}${encodeURIComponent(name)}`;
  return {
    name: "files",
    url,
    page: { href: `${base}/files/`, words: "browse" },
    summary: "A file server with ranges, listings and pictures of FITS files.",
    commands: withFile(href, (file) => [
      `head ${file}`,
      `read ${file} --range 0-2879`,
      `fits header ${file}`,
    ]),
    numbers: () => ({ connections: server.connections }),
  };
}

/** The frames. */
export function frameService(
  server: TcpServer & { store: FeedStore },
  base = "",
): Service {
  const { hostname, port } = server.address;
  const address = formatAddress({ transport: "tcp", hostname, port });
  const option = port === 9999 ? "" : ` --port ${port}`;
  return {
    name: "frames",
    url: `tcp://${address}`,
    page: { href: `${base}/feeds/`, words: "watch" },
    summary: "Camera frames over fitspipe: a simulated camera, and whatever is put.",
    commands: [
      `fitspipe ls ${hostname}${option}`,
      `fitspipe get ${hostname}${option} --feed ${CAMERA} --nframe 3 --out frame`,
    ],
    numbers: () => ({
      connections: server.connections,
      frames: server.store.list().reduce((sum, { frames }) => sum + frames, 0),
      bytes: server.store.bytes,
    }),
  };
}

/** The arrays. */
export function arrayService(server: ArrayServer, data: string): Service {
  const { hostname, port } = server.address;
  const option = (hostname === "127.0.0.1" ? "" : ` --host ${hostname}`) +
    (port === ARRAY_PORT ? "" : ` --port ${port}`);
  const picture = examplePath(data, isPicture);
  const file = examplePath(data, isFits);
  return {
    name: "arrays",
    url: `tcp://${formatAddress({ transport: "tcp", hostname, port })}`,
    summary: "Arrays and commands, from IDL, GDL, Python and our own clients.",
    commands: [
      ...withFile(picture, (path) => [`rpc send ${path} 'a=image(data,/no_tool)'${option}`]),
      ...withFile(file, (path) => [`rpc call 'mean(sun)' sun=${path}${option}`]),
    ],
    numbers: () => {
      const { connections, calls } = server.metrics();
      return { connections: connections.open, calls: calls.done, failed: calls.failed };
    },
  };
}

/** The images over WebSocket. */
export function imageService(server: ImageServer, data: string): Service {
  return {
    name: "images",
    url: server.webSocketUrl,
    page: { href: server.url, words: "drop images" },
    summary: "Images over WebSocket, as Base64 text or binary.",
    commands: withFile(examplePath(data, isPicture), (path) => [
      `ws send ${path} ${server.webSocketUrl}`,
    ]),
    numbers: () => ({ connections: server.connections }),
  };
}

/** The name that a browser used, if it can stand in a command as it is. */
export function hostOf(field = ""): string {
  const host = URL.parse(`http://${field}/`)?.hostname ?? "";
  return /^[\w.[\]:-]+$/.test(host) ? host : "localhost";
}

/** A service as another machine sees it: where all addresses are listened on, by the name it used. */
export function seenFrom(service: Service, host: string): Service {
  const named = (text: string) => text.replace(/\b0\.0\.0\.0\b|\[::\]|(?<= )::(?= |$)/g, host);
  const { page } = service;
  return {
    ...service,
    url: named(service.url),
    commands: service.commands.map(named),
    page: page && { ...page, href: named(page.href) },
  };
}
