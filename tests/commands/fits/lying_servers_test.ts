/** Servers that lie: an error that says how, and no output; never pixels of anything else. */

import { assert, assertEquals } from "@std/assert";
import { compressImage } from "../../../fits/compress/mod.ts";
import { encodeFits, openFits } from "../../../fits/mod.ts";
import { type HttpResponse, serveHttp } from "../../../http/mod.ts";
import { serveObjects } from "../../support/http/object_store.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const PIXELS = Int16Array.from({ length: 500 * 400 }, (_, i) => (i * 7919) >> 2);
const IMAGE = { pixels: PIXELS, shape: [500, 400] };
const FORMS = {
  plain: await encodeFits([IMAGE]),
  compressed: await encodeFits([await compressImage(IMAGE, { tile: [100, 100] })]),
};

/** A part of the file: what an honest server answers. */
interface Part {
  readonly first: number;
  readonly last: number;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

const place = ({ first, last, size }: Part) => `bytes ${first}-${last}/${size}`;
const honest = (part: Part): HttpResponse => ({
  status: 206,
  fields: { ETag: '"v1"', "Content-Range": place(part) },
  body: part.body,
});
const partial = (part: Part, fields: Record<string, string>, body = part.body): HttpResponse => ({
  status: 206,
  fields: { ETag: '"v1"', "Content-Range": place(part), ...fields },
  body,
});
const gzip = (bytes: Uint8Array<ArrayBuffer>) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();

/** A body that ends behind its half, though its length was told. */
function half({ body }: Part): HttpResponse["body"] {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body.slice(0, body.length >> 1));
      controller.close();
    },
  });
}

/** What a server does from its second answer on, and what is said of it. */
const LATER: Record<string, [lie: (part: Part) => HttpResponse | Promise<HttpResponse>, RegExp]> = {
  "200 to a range": [
    ({ body }) => ({ status: 200, fields: { ETag: '"v1"' }, body }),
    /it has been changed/,
  ],
  "another range": [
    (part) => partial(part, { "Content-Range": place({ ...part, first: part.first - 1 }) }),
    /the server sent bytes \d+-\d+\/\d+, expected bytes=\d+-\d+/,
  ],
  "no Content-Range": [
    ({ body }) => ({ status: 206, fields: { ETag: '"v1"' }, body }),
    /206 without a Content-Range that makes sense/,
  ],
  "another size": [
    (part) => partial(part, { "Content-Range": place({ ...part, size: part.size + 2880 }) }),
    /it has been changed: it has \d+ bytes now, and had \d+/,
  ],
  "a coded body": [
    async (part) => partial(part, { "Content-Encoding": "gzip" }, await gzip(part.body)),
    /the part comes in the coding gzip, and the first part did not/,
  ],
  "another ETag": [
    (part) => partial(part, { ETag: '"v2"' }),
    /it has been changed: its ETag is "v2" now, and was "v1"/,
  ],
  "a shorter body": [
    (part) => partial(part, {}, part.body.slice(0, -1)),
    /found \d+ bytes, expected the \d+ asked for/,
  ],
  "a longer body": [
    (part) => partial(part, {}, new Uint8Array(part.body.length + 1)),
    /found more than the \d+ bytes asked for/,
  ],
  "half an answer": [
    (part) => ({
      ...partial(part, { "Content-Length": String(part.body.length) }),
      body: half(part),
    }),
    /\d+ of \d+ bytes are missing/,
  ],
  "416": [
    () => ({ status: 416, fields: { "Content-Range": "bytes */5" }, body: "" }),
    /answered 416 .* for a file of 5 bytes/,
  ],
  "429 with Retry-After": [
    () => ({ status: 429, fields: { "Retry-After": "86400" }, body: "" }),
    /answered 429 .*Retry-After: 86400/,
  ],
  "a page of a login": [
    () => ({ status: 200, fields: { "Content-Type": "text/html" }, body: "<html>Log in</html>" }),
    /it has been changed/,
  ],
};

/** What a server does from the beginning. */
const FIRST: typeof LATER = {
  "another range": [
    (part) => partial(part, { "Content-Range": place({ ...part, first: 1 }) }),
    /the server sent bytes 1-\d+\/\d+, expected bytes=0-32767/,
  ],
  "no Content-Range": LATER["no Content-Range"]!,
  "a size that is not told": [
    (part) => partial(part, { "Content-Range": `bytes ${part.first}-${part.last}/*` }),
    /the server does not say how large the file is/,
  ],
  "a coded body": [
    async (part) => partial(part, { "Content-Encoding": "br" }, await gzip(part.body)),
    /found \d+ bytes, expected the 32768 asked for/,
  ],
  "a longer body": LATER["a longer body"]!,
  "half an answer": LATER["half an answer"]!,
  "416": LATER["416"]!,
  "429 with Retry-After": LATER["429 with Retry-After"]!,
  "a page of a login": [
    () => ({ status: 200, fields: { "Content-Type": "text/html" }, body: "<html>Log in</html>" }),
    /found '<html>Log in<\/html>', expected the card SIMPLE {2}= T/,
  ],
};

/** Servers so far: each has a name of its own, since what is read of a file is remembered. */
let served = 0;

/** Serves a file with a lie, over HTTP or as a store; gives how a command reaches it. */
async function serve(
  bytes: Uint8Array<ArrayBuffer>,
  kind: "http" | "s3",
  answer: (part: Part, count: number) => HttpResponse | Promise<HttpResponse>,
) {
  const file = `${++served}.fits`;
  let count = 0;
  const respond = (range: string | undefined) => {
    const [, from = "0", to = ""] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const first = Number(from);
    const last = Math.min(to === "" ? Infinity : Number(to), bytes.length - 1);
    const body = bytes.slice(first, last + 1);
    return answer({ first, last, body, size: bytes.length }, ++count);
  };
  if (kind === "s3") {
    const instead = ({ fields }: { fields: { get(name: string): string | undefined } }) =>
      respond(fields.get("range"));
    const store = await serveObjects({ open: ["sun"], instead });
    const flags = ["--endpoint", store.endpoint, "--no-sign-request"];
    const end = () => store[Symbol.asyncDispose]();
    return { url: `s3://sun/${file}`, flags, [Symbol.asyncDispose]: end };
  }
  const server = await serveHttp({ port: 0 }, ({ fields }) => respond(fields.get("range")));
  const end = () => server.shutdown();
  return { url: new URL(file, server.url).href, flags: [], [Symbol.asyncDispose]: end };
}

for (const kind of ["http", "s3"] as const) {
  Deno.test(`fits cutout takes nothing from a server that lies: ${kind}`, async () => {
    await using folder = await temporaryFolder();
    for (const [form, bytes] of Object.entries(FORMS)) {
      for (const [when, lies] of [["later", LATER], ["at once", FIRST]] as const) {
        for (const [name, [lie, message]] of Object.entries(lies)) {
          await using server = await serve(
            bytes,
            kind,
            (part, count) => when === "later" && count === 1 ? honest(part) : lie(part),
          );
          const out = `${folder.path}/${form}-${when}-${name}.fits`.replaceAll(" ", "_");
          const args = ["--section", "201:300,301:399", "-o", out, ...server.flags];
          const { status, error } = await runCommand("fits cutout", [server.url, ...args]);
          const what = `${form}, ${name} ${when}: ${error.join("\n")}`;
          assertEquals(status, 1, what);
          assert(message.test(error.join("\n")), what);
          assert(error.some((line) => line.includes(server.url)), what);
        }
      }
    }
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), []);
  });

  Deno.test(`fits cutout reads from its start what comes without ranges, and says so: ${kind}`, async () => {
    await using folder = await temporaryFolder();
    for (const [form, bytes] of Object.entries(FORMS)) {
      await using server = await serve(
        bytes,
        kind,
        () => ({ status: 200, fields: {}, body: bytes }),
      );
      const out = `${folder.path}/${form}.fits`;
      const args = ["--section", "201:300,301:399", "-o", out, ...server.flags];
      const { status, error } = await runCommand("fits cutout", [server.url, ...args]);
      assertEquals([status, error[0]], [
        0,
        `${server.url}: the server answers no ranges, the file is read from its start`,
      ]);
      await using part = await openFits(out);
      assertEquals((await part.image()).pixels[99], PIXELS[300 * 500 + 299]);
    }
  });
}
