/** Nanoseconds to parse the head of a request, beside the C parser of Node (llhttp). */

import { RequestHeadParser } from "../http/message/request_head.ts";
import { compare, printTable } from "./compare.ts";

const HEADS: Readonly<Record<string, string>> = {
  "GET, 2 fields (wrk)": "GET /sun.fits HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n" +
    "Connection: keep-alive\r\n\r\n",
  "GET, 5 fields (curl)":
    "GET /data/2014/hmi.fits?section=1:10 HTTP/1.1\r\nHost: localhost:8000\r\n" +
    "User-Agent: curl/7.88.1\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br\r\n" +
    "Connection: keep-alive\r\n\r\n",
  "GET, 14 fields (browser)": "GET /data/2014/hmi.fits HTTP/1.1\r\nHost: localhost:8000\r\n" +
    "Connection: keep-alive\r\nCache-Control: max-age=0\r\n" +
    'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"\r\nsec-ch-ua-mobile: ?0\r\n' +
    'sec-ch-ua-platform: "Linux"\r\nUpgrade-Insecure-Requests: 1\r\n' +
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
    "Chrome/130.0.0.0 Safari/537.36\r\n" +
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n" +
    "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nAccept-Encoding: gzip, deflate, br\r\n" +
    'Accept-Language: en-US,en;q=0.9\r\nIf-None-Match: "5-1234-5678"\r\n\r\n',
};

const ROUNDS = 200_000;

/** The work of a server for one request: the head, and the fields that it looks at. */
function parseAll(bytes: Uint8Array): number {
  const parser = new RequestHeadParser();
  let found = 0;
  const start = performance.now();
  for (let i = 0; i < ROUNDS; i++) {
    const head = parser.parse(bytes, 0, bytes.length)!;
    if (head.fields.has("if-none-match")) found++;
    if (head.fields.has("if-modified-since")) found++;
    if (head.fields.has("range")) found++;
    if (head.fields.get("accept-encoding") !== undefined) found++;
  }
  const nanoseconds = (performance.now() - start) * 1e6 / ROUNDS;
  if (found < 0) throw new Error("never");
  return nanoseconds;
}

/** What a program would write at first: one text, split into lines, a map of them. */
function splitAll(bytes: Uint8Array): number {
  const decoder = new TextDecoder();
  let found = 0;
  const start = performance.now();
  for (let i = 0; i < ROUNDS; i++) {
    const [first = "", ...lines] = decoder.decode(bytes).split("\r\n");
    const [, target = ""] = first.split(" ");
    const fields = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    if (fields.has("if-none-match")) found++;
    if (fields.has("if-modified-since")) found++;
    if (fields.has("range")) found++;
    if (fields.get("accept-encoding") !== undefined) found++;
    found += target.length;
  }
  const nanoseconds = (performance.now() - start) * 1e6 / ROUNDS;
  if (found < 0) throw new Error("never");
  return nanoseconds;
}

/** The parser of Node, driven as Node's server drives it; run by node with a head and a count. */
const NODE_PROGRAM = `
const { HTTPParser } = process.binding("http_parser");
const [text, count] = process.argv.slice(1);
const bytes = Buffer.from(text, "latin1");
const wanted = ["if-none-match", "if-modified-since", "range", "accept-encoding"];
let found = 0;
const parser = new HTTPParser();
parser.initialize(HTTPParser.REQUEST, {});
parser[HTTPParser.kOnHeadersComplete] = (major, minor, headers) => {
  for (let i = 0; i < headers.length; i += 2) {
    if (wanted.includes(headers[i].toLowerCase())) found++;
  }
  return 0;
};
const run = () => {
  const start = process.hrtime.bigint();
  for (let i = 0; i < Number(count); i++) parser.execute(bytes);
  return Number(process.hrtime.bigint() - start) / Number(count);
};
run();
console.log(run());
`;

async function parseInNode(text: string): Promise<number> {
  const { stdout } = await new Deno.Command("node", {
    args: ["--no-deprecation", "-e", NODE_PROGRAM, text, `${ROUNDS}`],
    stderr: "inherit",
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

for (const [name, text] of Object.entries(HEADS)) {
  const bytes = new TextEncoder().encode(text);
  const figures = await compare([
    { name: "RequestHeadParser", run: () => parseAll(bytes) },
    { name: "llhttp, in Node", run: () => parseInNode(text) },
    { name: "split into lines and a Map, unchecked", run: () => splitAll(bytes) },
  ]);
  printTable(`${name}, ${bytes.length} bytes`, "ns", figures);
}
