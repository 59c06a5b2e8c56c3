import { assert, assertEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { encodeFits } from "../../../fits/mod.ts";
import { HeaderFields } from "../../../http/message/header_fields.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { socketGet } from "../../../http/client/socket_get.ts";
import { FileTree } from "../../../http/files/tree.ts";
import { FitsRoutes } from "../../../station/api/fits_routes.ts";
import { OpenFiles } from "../../../station/api/open_files.ts";
import { codeTile, isNear } from "../../../station/api/tile_coding.ts";
import { encodeTile } from "../../../station/pyramid/tile.ts";
import { parseTile } from "../../../station/web/picture/tile.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const SIDE = 512;
const rule = { bscale: 1, bzero: 0, blank: undefined };
const tile = (values: Int16Array<ArrayBuffer> | Float32Array<ArrayBuffer>) => (
  { width: SIDE, height: SIDE, values, rule, level: 0 }
);
/** Noise of a few counts, as of a camera, and bits that no coding shrinks. */
const noise = Int16Array.from({ length: SIDE * SIDE }, (_, i) => 900 + (i * 7919 % 13));
const bits = () => {
  const values = new Int16Array(SIDE * SIDE);
  for (let at = 0; at < values.length; at += 32_768) {
    crypto.getRandomValues(values.subarray(at, at + 32_768));
  }
  return values;
};

Deno.test("codeTile() compresses what shrinks, for who takes it, and loses nothing", () => {
  const takes = new HeaderFields({ "Accept-Encoding": "gzip, br" });
  const coded = codeTile(tile(noise), takes);
  assertEquals(coded.coding, "gzip");
  const plain = encodeTile(tile(noise));
  assert(coded.body.length < 0.8 * plain.length, `${coded.body.length} of ${plain.length}`);
  const read = parseTile(new Uint8Array(gunzipSync(coded.body)));
  assertEquals(read.values, noise);
  assertEquals(codeTile(tile(noise), new HeaderFields()), { body: plain, coding: undefined });
  const hard = tile(bits());
  assertEquals(codeTile(hard, takes), { body: encodeTile(hard), coding: undefined });
});

Deno.test("isNear() knows addresses of this machine", () => {
  for (const address of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", ""]) {
    assert(isNear(address), address);
  }
  for (const address of ["192.0.2.1", "::2", "1::1", "fe80::1"]) assert(!isNear(address), address);
});

Deno.test("/fits?format=tile is compressed for clients on other machines, with a tag of its own", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.fits`;
  await Deno.writeFile(path, await encodeFits([{ pixels: noise, shape: [SIDE, SIDE] }]));
  using files = new OpenFiles(new FileTree(folder.path), () => Date.now() + 10_000);
  using routes = new FitsRoutes({ files, trustProxy: true });
  await using server = await serveHttp({ port: 0 }, (request) => routes.handle(request));
  const get = (headers: Record<string, string>) =>
    socketGet(new URL("/fits/a.fits?format=tile&tile=0/0/0", server.url), { fields: headers });
  const far = { "X-Forwarded-For": "192.0.2.1" };
  const near = await get({ "Accept-Encoding": "gzip" });
  const coded = await get({ ...far, "Accept-Encoding": "gzip" });
  const plain = await get({ ...far, "Accept-Encoding": "br" });
  const field = ({ fields }: Awaited<ReturnType<typeof get>>, name: string) =>
    fields.get(name) ?? undefined;
  assertEquals(
    [near, coded, plain].map((answer) => [
      field(answer, "content-encoding"),
      field(answer, "vary"),
    ]),
    [[undefined, undefined], ["gzip", "Accept-Encoding"], [undefined, "Accept-Encoding"]],
  );
  const tags = [near, coded, plain].map((answer) => field(answer, "etag"));
  assertEquals([new Set(tags).size, tags[0]], [2, tags[2]]);
  assert(!tags.includes(undefined));
});
