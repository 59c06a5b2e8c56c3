/**
 * Answers that break a rule of HTTP and leave no doubt about the bytes of the file, beside those
 * that do leave one. Each was sent to curl 7.88 and wget 1.21 too, whose verdict stands beside
 * ours; where one of them keeps what we refuse, the end of the body is not certain.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { download } from "../../../http/download/download.ts";
import { encodeLatin1 } from "../../../http/message/octets.ts";
import { hostileServer } from "../../support/http/hostile_server.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const SUN = encodeLatin1("SIMPLE  =                    T");
const OK = "HTTP/1.1 200 OK\r\n";
const LENGTH = `Content-Length: ${SUN.length}\r\n\r\n`;

/** What a program does with an answer: keeps the file, the bytes as they came, or
 * less than either, or refuses. */
type Verdict = "file" | "bytes" | "less" | "refuses";

/** An answer, what becomes of it here, with curl and with wget, and what is said of it. */
type OddAnswer = readonly [
  name: string,
  head: string,
  body: Uint8Array | string,
  ours: Verdict,
  curl: Verdict,
  wget: Verdict,
  said?: RegExp,
];

const ANSWERS: readonly OddAnswer[] = [
  // A coding that changes no byte, or that no one knows: the bytes are those of the file.
  ...["identity", "none", "aws-chunked", "utf-8", "UTF8", "binary", "8bit", ""].map((
    coding,
  ): OddAnswer =>
    [
      `Content-Encoding: ${coding}`,
      `${OK}Content-Encoding: ${coding}\r\n`,
      SUN,
      "file",
      "file",
      "file",
      ,
    ] as const
  ),
  [
    "an unknown coding",
    `${OK}Content-Encoding: exi\r\n`,
    SUN,
    "file",
    "file",
    "file",
    /"exi" is not known/,
  ],
  [
    "gzip in vain",
    `${OK}Content-Encoding: gzip\r\n`,
    SUN,
    "file",
    "file",
    "file",
    /is gzip, but the bytes are not/,
  ],
  [
    "zstd in vain",
    `${OK}Content-Encoding: zstd\r\n`,
    SUN,
    "file",
    "file",
    "file",
    /is zstd, but the bytes are not/,
  ],
  [
    "gzip of nothing",
    `${OK}Content-Encoding: gzip\r\n`,
    new Uint8Array(0),
    "bytes",
    "bytes",
    "bytes",
    /is gzip, but the bytes are not/,
  ],
  // A coding that was not asked for, as curl --compressed takes it off.
  ["gzip", `${OK}Content-Encoding: gzip\r\n`, gzipSync(SUN), "file", "bytes", "bytes"],
  [
    "gzip of S3",
    `${OK}Content-Encoding: aws-chunked,gzip\r\n`,
    gzipSync(SUN),
    "file",
    "bytes",
    "bytes",
  ],
  [
    "deflate",
    `${OK}Content-Encoding: deflate\r\n`,
    deflateSync(SUN),
    "file",
    "bytes",
    "bytes",
  ],
  [
    "deflate without its header",
    `${OK}Content-Encoding: deflate\r\n`,
    deflateRawSync(SUN),
    "file",
    "bytes",
    "bytes",
  ],
  [
    "zstd",
    `${OK}Content-Encoding: zstd\r\n`,
    zstdCompressSync(SUN),
    "file",
    "bytes",
    "bytes",
  ],
  // Chunks whose sizes are certain.
  [
    "chunks with bare line feeds",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "1e\n@\n0\n\n",
    "file",
    "file",
    "file",
  ],
  [
    "blanks behind a size",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "1e  \r\n@\r\n0\r\n\r\n",
    "file",
    "file",
    "file",
  ],
  [
    "noise behind a size",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "1e;=\x01\r\n@\r\n0\r\n\r\n",
    "file",
    "file",
    "file",
  ],
  [
    "a trailer that is none",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "1e\r\n@\r\n0\r\nx\r\n\r\n",
    "file",
    "refuses",
    "file",
  ],
  [
    "no end behind the last chunk",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "1e\r\n@\r\n0\r\n",
    "file",
    "refuses",
    "refuses",
  ],
  [
    "no last chunk",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "1e\r\n@\r\n",
    "refuses",
    "refuses",
    "refuses",
    /the last chunk is missing/,
  ],
  [
    "a size that is none",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "x\r\n@\r\n0\r\n\r\n",
    "refuses",
    "refuses",
    "less",
    /where the size of a chunk was expected/,
  ],
  [
    "more than its size",
    `${OK}Transfer-Encoding: chunked\r\n\r\n`,
    "1d\r\n@\r\n0\r\n\r\n",
    "refuses",
    "refuses",
    "less",
    /behind the data of a chunk/,
  ],
  // Fields.
  [
    "a line without a colon",
    `${OK}Server x\r\n`,
    SUN,
    "file",
    "refuses",
    "file",
    /is odd: the header line "Server x" has no colon/,
  ],
  ["a length twice", `${OK}Content-Length: 30\r\n`, SUN, "file", "file", "file"],
  [
    "two lengths",
    `${OK}Content-Length: 29\r\n`,
    SUN,
    "refuses",
    "file",
    "less",
    /"29, 30", expected one number/,
  ],
  ["a tag twice", `${OK}ETag: "a"\r\nETag: "a"\r\n`, SUN, "file", "file", "file"],
  // All of a file under the status of a part.
  [
    "206 with every byte",
    "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-29/30\r\n",
    SUN,
    "file",
    "file",
    "file",
  ],
  [
    "206 with a part",
    "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-29/31\r\n",
    SUN,
    "refuses",
    "file",
    "file",
    /206 Partial Content, though the whole was asked for/,
  ],
  [
    "206 of who knows how much",
    "HTTP/1.1 206 Partial Content\r\n",
    SUN,
    "refuses",
    "file",
    "file",
    /206 Partial Content, though/,
  ],
  // A page about the file in its place.
  [
    "202",
    "HTTP/1.1 202 Accepted\r\n",
    SUN,
    "refuses",
    "file",
    "file",
    /202, which carries no file/,
  ],
];

for (const [name, head, body, ours, , , said] of ANSWERS) {
  Deno.test(`download() and an answer with ${name}`, async () => {
    await using output = await temporaryFolder();
    const sent = typeof body === "string"
      ? encodeLatin1(body.replace("@", new TextDecoder().decode(SUN)))
      : body;
    const text = head.endsWith("\r\n\r\n")
      ? head
      : head + LENGTH.replace(/\d+/, String(sent.length));
    await using server = hostileServer(async (_request, peer) => {
      await peer.send(text, sent);
      peer.close();
    });
    const warnings: string[] = [];
    const [result] = await download(`${server.url}/sun.fits`, {
      folder: output.path,
      retries: 0,
      onWarning: (message) => warnings.push(message),
    });
    const messages = [...warnings, ...(result!.error === null ? [] : [result!.error])].join("\n");
    if (said === undefined) assertEquals(messages, "");
    else assertMatch(messages, said);
    assertEquals(result!.outcome, ours === "refuses" ? "failed" : "fetched");
    if (ours === "refuses") return assertEquals([...Deno.readDirSync(output.path)], []);
    assertEquals(await Deno.readFile(result!.path!), ours === "file" ? SUN : sent);
  });
}
