/** The servers of the station as its page shows them: addresses, numbers, commands to paste. */

import type { FeedStore } from "../fits/fitspipe/feed/store.ts";
import type { ImageServer } from "../http/image_exchange/serve_images.ts";
import type { TcpServer } from "../net/serve_tcp.ts";
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
export const isFits = (name: string): boolean => /\.(fits?|fts)$/i.test(name);

/** Whether a name is that of an image that a browser shows. */
export const isPicture = (name: string): boolean => /\.(jpe?g|png)$/i.test(name);

/** The names of what may be seen of the data folder, folders with a slash. */
export function dataFiles(data: string): string[] {
  const names: string[] = [];
  for (const entry of Deno.readDirSync(data)) {
    if (!entry.name.startsWith(".")) names.push(entry.isDirectory ? `${entry.name}/` : entry.name);
  }
  return names.sort();
}

/** A file of the data for a command to try, as the sample data has it where there is none. */
function example(data: string, wanted: (name: string) => boolean, fallback: string): string {
  return dataFiles(data).find(wanted) ?? fallback;
}

/** The same as a path, as a shell reads it. */
function examplePath(data: string, wanted: (name: string) => boolean, fallback: string): string {
  const path = `${data.replace(/\/$/, "")}/${example(data, wanted, fallback)}`;
  return /^[\w./~:@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

export function fileService(url: string, server: TcpServer, data: string): Service {
  const file = `${url}${encodeURIComponent(example(data, isFits, "sun.fits"))}`;
  return {
    name: "files",
    url,
    page: { href: "/?sort=name", words: "browse" },
    summary: "A file server with ranges, listings and pictures of FITS files.",
    commands: [`head ${file}`, `read ${file} --range 0-2879`, `fits header ${file}`],
    numbers: () => ({ connections: server.connections }),
  };
}

export function frameService(server: TcpServer & { store: FeedStore }): Service {
  const { hostname, port } = server.address;
  const address = formatAddress({ transport: "tcp", hostname, port });
  const option = port === 9999 ? "" : ` --port ${port}`;
  return {
    name: "frames",
    url: `tcp://${address}`,
    page: { href: "/feeds/", words: "watch" },
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

export function arrayService(server: ArrayServer, data: string): Service {
  const { hostname, port } = server.address;
  const option = (hostname === "127.0.0.1" ? "" : ` --host ${hostname}`) +
    (port === ARRAY_PORT ? "" : ` --port ${port}`);
  const picture = examplePath(data, isPicture, "sun.jpg");
  const file = examplePath(data, isFits, "sun.fits");
  return {
    name: "arrays",
    url: `tcp://${formatAddress({ transport: "tcp", hostname, port })}`,
    summary: "Arrays and commands, from IDL, GDL, Python and our own clients.",
    commands: [
      `rpc send ${picture} 'a=image(data,/no_tool)'${option}`,
      `rpc call 'mean(sun)' sun=${file}${option}`,
    ],
    numbers: () => {
      const { connections, calls } = server.metrics();
      return { connections: connections.open, calls: calls.done, failed: calls.failed };
    },
  };
}

export function imageService(server: ImageServer, data: string): Service {
  return {
    name: "images",
    url: server.webSocketUrl,
    page: { href: server.url, words: "drop images" },
    summary: "Images over WebSocket, as Base64 text or binary.",
    commands: [`ws send ${examplePath(data, isPicture, "sun.jpg")} ${server.webSocketUrl}`],
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
