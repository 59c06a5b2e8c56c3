import { assertEquals } from "@std/assert";
import type { FeedStore } from "../../fits/fitspipe/feed/store.ts";
import type { ImageServer } from "../../http/image_exchange/serve_images.ts";
import type { TcpServer } from "../../net/serve_tcp.ts";
import type { ArrayServer } from "../../rpc/server/array_server.ts";
import {
  arrayService,
  dataFiles,
  fileService,
  frameService,
  hostOf,
  imageService,
  isFits,
  isPicture,
  seenFrom,
  type Service,
  statusOf,
} from "../../station/services.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** A folder with empty files; a name with a slash at its end is a folder. */
async function folderWith(...names: string[]) {
  const folder = await temporaryFolder();
  for (const name of names) {
    if (name.endsWith("/")) await Deno.mkdir(`${folder.path}/${name}`);
    else await Deno.writeTextFile(`${folder.path}/${name}`, "");
  }
  return folder;
}

/** What the services ask their servers for. */
const server = (hostname: string, port: number) => ({
  address: { hostname, port },
  connections: 3,
  metrics: () => ({ connections: { open: 2, most: 7 }, calls: { done: 5, failed: 1 } }),
  url: "http://127.0.0.1:9000/",
  webSocketUrl: "ws://127.0.0.1:9000/",
  store: { list: () => [{ frames: 4 }, { frames: 3 }], bytes: 99 },
});
const tcp = (hostname: string, port: number) =>
  server(hostname, port) as unknown as TcpServer & { store: FeedStore };
const array = (hostname: string, port: number) => server(hostname, port) as unknown as ArrayServer;
const image = server("", 0) as unknown as ImageServer;

Deno.test("isFits() and isPicture() go by the end of the name", () => {
  const names = [
    "a.fits",
    "a.FIT",
    "a.fts",
    "a.fits.gz",
    "fits",
    "a.jpg",
    "a.JPEG",
    "a.png",
    "a.gif",
  ];
  assertEquals(names.filter(isFits), ["a.fits", "a.FIT", "a.fts", "a.fits.gz"]);
  assertEquals(names.filter(isPicture), ["a.jpg", "a.JPEG", "a.png"]);
});

Deno.test("dataFiles() has the names in order, folders with a slash, none that is hidden", async () => {
  await using folder = await folderWith("b.txt", "c/", ".hidden", "a.fits", ".git/");
  assertEquals(dataFiles(folder.path), ["a.fits", "b.txt", "c/"]);
});

Deno.test("fileService() proposes commands for the first FITS file", async () => {
  await using folder = await folderWith("b 1.fits", "c.fits", "a.jpg");
  const { numbers, ...service } = fileService("http://h:1/", tcp("h", 1), folder.path);
  const file = "http://h:1/b%201.fits";
  assertEquals(service, {
    name: "files",
    url: "http://h:1/",
    page: { href: "/files/", words: "browse" },
    summary: "A file server with ranges, listings and pictures of FITS files.",
    commands: [`head ${file}`, `read ${file} --range 0-2879`, `fits header ${file}`],
  });
  assertEquals(numbers(), { connections: 3 });
  await Deno.remove(`${folder.path}/b 1.fits`);
  await Deno.remove(`${folder.path}/c.fits`);
  assertEquals(fileService("http://h:1/", tcp("h", 1), folder.path).commands, []);
});

Deno.test("frameService() names the port where it is not the usual one, and counts all frames", () => {
  const { numbers, ...service } = frameService(tcp("::1", 7));
  assertEquals(service, {
    name: "frames",
    url: "tcp://[::1]:7",
    page: { href: "/feeds/", words: "watch" },
    summary: "Camera frames over fitspipe: a simulated camera, and whatever is put.",
    commands: [
      "fitspipe ls ::1 --port 7",
      "fitspipe get ::1 --port 7 --feed camera --nframe 3 --out frame",
    ],
  });
  assertEquals(numbers(), { connections: 3, frames: 7, bytes: 99 });
  assertEquals(frameService(tcp("127.0.0.1", 9999)).commands, [
    "fitspipe ls 127.0.0.1",
    "fitspipe get 127.0.0.1 --feed camera --nframe 3 --out frame",
  ]);
});

Deno.test("arrayService() names host and port where they are not the usual ones", async () => {
  await using folder = await folderWith("it's.fits", "b.png");
  const path = folder.path;
  const { numbers, ...service } = arrayService(array("0.0.0.0", 7), `${path}/`);
  assertEquals(service, {
    name: "arrays",
    url: "tcp://0.0.0.0:7",
    summary: "Arrays and commands, from IDL, GDL, Python and our own clients.",
    commands: [
      `rpc send ${path}/b.png 'a=image(data,/no_tool)' --host 0.0.0.0 --port 7`,
      `rpc call 'mean(sun)' sun='${path}/it'\\''s.fits' --host 0.0.0.0 --port 7`,
    ],
  });
  assertEquals(numbers(), { connections: 2, calls: 5, failed: 1 });
  await using empty = await folderWith();
  assertEquals(arrayService(array("127.0.0.1", 21038), empty.path).commands, []);
});

Deno.test("imageService() proposes to send the first picture", async () => {
  await using folder = await folderWith("b.png", "a.fits");
  const { numbers, ...service } = imageService(image, folder.path);
  assertEquals(service, {
    name: "images",
    url: "ws://127.0.0.1:9000/",
    page: { href: "http://127.0.0.1:9000/", words: "drop images" },
    summary: "Images over WebSocket, as Base64 text or binary.",
    commands: [`ws send ${folder.path}/b.png ws://127.0.0.1:9000/`],
  });
  assertEquals(numbers(), { connections: 3 });
});

Deno.test("hostOf() is the name of a Host field, and localhost where it is no plain name", () => {
  for (
    const [field, host] of [
      ["sun.example:8000", "sun.example"],
      ["[::1]:8000", "[::1]"],
      ["10.0.0.1", "10.0.0.1"],
      ["a_b-c", "a_b-c"],
      ["", "localhost"],
      [undefined, "localhost"],
      ["$(x)", "localhost"],
      ["a;b", "localhost"],
      ["a b", "localhost"],
    ] as const
  ) assertEquals(hostOf(field), host, field);
});

Deno.test("seenFrom() puts a name where all addresses are listened on", async () => {
  await using folder = await folderWith("sun.fits");
  const arrays = seenFrom(arrayService(array("0.0.0.0", 7), folder.path), "sun");
  assertEquals([arrays.url, arrays.page], ["tcp://sun:7", undefined]);
  assertEquals(
    arrays.commands[0],
    `rpc call 'mean(sun)' sun=${folder.path}/sun.fits --host sun --port 7`,
  );
  const frames = seenFrom(frameService(tcp("::", 7)), "sun");
  assertEquals(frames.url, "tcp://sun:7");
  assertEquals(frames.commands[0], "fitspipe ls sun --port 7");
  assertEquals(frames.page, { href: "/feeds/", words: "watch" });
  const images = {
    ...imageService(image, folder.path),
    page: { href: "http://[::]:1/", words: "" },
  };
  assertEquals(seenFrom(images, "sun").page!.href, "http://sun:1/");
  const local = frameService(tcp("127.0.0.1", 7));
  assertEquals(seenFrom(local, "sun").commands, local.commands);
});

Deno.test("statusOf() counts in words, one or many, and sizes in bytes", () => {
  const numbers = { connections: 1, calls: 0, failed: 1, frames: 2, bytes: 2_880 };
  const of = (numbers: Record<string, number>) =>
    statusOf({ numbers: () => numbers } as unknown as Service);
  assertEquals(of(numbers), "1 connection, 0 calls, 1 failed, 2 frames, 2.81 KiB");
  assertEquals(of({}), "");
});
