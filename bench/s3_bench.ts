/**
 * A bucket beside what costs no signature: 2 GiB from Swift (Debian: swift-account
 * swift-container swift-object swift-proxy) by its S3 interface and by plain HTTP;
 * and the memory of a listing of 100,000 keys, as the most that the program has over an empty
 * one, beside boto3's pages over an empty Python.
 */

import { serveHttp } from "../http/server/serve_http.ts";
import { download } from "../http/download/download.ts";
import { HttpClient } from "../http/client/client.ts";
import { discard } from "../http/message/answer.ts";
import { HASHES } from "../http/s3/hashes.ts";
import type { S3Options } from "../http/s3/options.ts";
import { signByQuery, UNSIGNED_PAYLOAD } from "../http/s3/signature.ts";
import { startSwift, SWIFT_KEY } from "../tests/interop/swift.ts";
import { STORE_KEY } from "../tests/support/http/object_store.ts";
import { compare, figuresOf, printTable, seconds } from "./compare.ts";

const SIZE = 2 ** 31;
const KEYS = 100_000;
const folder = new URL("../out/bench/", import.meta.url).pathname;
const root = new URL("..", import.meta.url).pathname;
await Deno.mkdir(folder, { recursive: true });

async function run(program: string, args: string[], env: Record<string, string> = {}) {
  const command = new Deno.Command(program, { args, env, stdout: "piped", stderr: "inherit" });
  const { code, stdout } = await command.output();
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  return new TextDecoder().decode(stdout);
}

/** Puts an object that anyone may read into Swift; gives its plain URL. */
async function putLarge(endpoint: string, s3: S3Options): Promise<string> {
  using client = new HttpClient({ s3, headers: { "x-amz-acl": "public-read" } });
  const store = await client.objectStore();
  const bucket = { bucket: "bench", key: "" };
  const made = await store.ask("PUT", bucket, [], new Uint8Array(0));
  await discard(made);
  if (made.status !== 200) throw new Error(`Swift answered ${made.status} ${made.reason}`);
  const file = `${folder}large`;
  using whole = await Deno.open(file, { write: true, create: true, truncate: true });
  const random = crypto.getRandomValues(new Uint8Array(65_536));
  const piece = new Uint8Array(1 << 20).map((_, i) => random[i % random.length]!);
  for (let left = SIZE; left > 0; left -= piece.length) await whole.write(piece);
  const target = signByQuery(
    {
      ...{ method: "PUT", target: "/bench/large", payload: UNSIGNED_PAYLOAD },
      fields: [["Host", new URL(endpoint).host]],
    },
    {
      ...{ credentials: SWIFT_KEY, region: "us-east-1", service: "s3" },
      ...{ time: new Date(), hashes: HASHES },
    },
    600,
  );
  await run("curl", ["-sf", "-T", file, `${endpoint}${target}`]);
  return `${endpoint}/v1/AUTH_test/bench/large`;
}

async function largeObject(): Promise<void> {
  await using swift = await startSwift();
  const s3 = { endpoint: swift.endpoint, credentials: SWIFT_KEY, region: "us-east-1" };
  const url = await putLarge(swift.endpoint, s3);
  const get = (from: string) =>
    seconds(async () => {
      const [result] = await download([{ url: from, name: "large" }], {
        ...{ folder, s3, existing: "clobber" as const },
      });
      if (result!.bytes !== SIZE) throw new Error(`${from}: found ${result!.bytes} bytes`);
    });
  printTable(
    "2 GiB from Swift into a file",
    "s",
    await compare([
      { name: "heliograph, S3", run: () => get("s3://bench/large") },
      { name: "heliograph, plain HTTP", run: () => get(url) },
    ], 3),
  );
  await Deno.remove(`${folder}large`);
}

/** Runs a program and prints the most memory that it had, in MiB. */
const PEAK = `
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
`;

const BOTO = `
import sys, boto3
from botocore.config import Config
s3 = boto3.client("s3", endpoint_url=sys.argv[1], config=Config(s3={"addressing_style": "path"}))
count = 0
for page in s3.get_paginator("list_objects_v2").paginate(Bucket="bench"):
    for entry in page["Contents"]:
        print(entry["Size"], entry["Key"])
        count += 1
assert count == int(sys.argv[2])
`;

async function listing(): Promise<void> {
  await using store = await serveHttp({ port: 0 }, ({ query }) => {
    const at = Number(new URLSearchParams(query).get("continuation-token") ?? 0);
    let body = "";
    for (let i = at; i < Math.min(at + 1000, KEYS); i++) {
      body += `<Contents><Key>aia/2026/11/30/aia.lev1.171A.${String(i).padStart(6, "0")}.image` +
        ".fits</Key><LastModified>2026-11-30T09:00:00.000Z</LastModified>" +
        "<ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag><Size>8398080</Size>" +
        "<StorageClass>STANDARD</StorageClass></Contents>";
    }
    const more = at + 1000 < KEYS
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${at + 1000}</NextContinuationToken>`
      : "<IsTruncated>false</IsTruncated>";
    const type = { "Content-Type": "application/xml" };
    return {
      ...{ status: 200, fields: type },
      body: `<ListBucketResult><EncodingType>url</EncodingType>${more}${body}</ListBucketResult>`,
    };
  });
  const endpoint = new URL(store.url).origin;
  const env = {
    ...{ AWS_ACCESS_KEY_ID: STORE_KEY.accessKeyId, AWS_REGION: "us-east-1" },
    ...{ AWS_SECRET_ACCESS_KEY: STORE_KEY.secretAccessKey, AWS_ENDPOINT_URL: endpoint },
    AWS_DEFAULT_REGION: "us-east-1",
  };
  const empty = `${folder}empty.ts`;
  await Deno.writeTextFile(empty, "");
  const peak = async (...args: string[]) =>
    Number(await run("/usr/bin/python3", ["-c", PEAK, ...args], env));
  const deno = [Deno.execPath(), "run", "-A", "--no-check", "--quiet"];
  const place = "s3://bench/aia/2026/11/30/";
  const growth = async (program: string[], nothing: string[]) =>
    await peak(...program) - await peak(...nothing);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(await growth([...deno, `${root}cli.ts`, "get", "--list", place], [...deno, empty]));
    theirs.push(
      await growth(
        ["/usr/bin/python3", "-c", BOTO, endpoint, String(KEYS)],
        ["/usr/bin/python3", "-c", ""],
      ),
    );
  }
  printTable(`Memory of a listing of ${KEYS} keys, over an empty program`, "MiB", [
    figuresOf("heliograph get --list", ours),
    figuresOf("boto3, a page at a time", theirs),
  ]);
}

if (Deno.args[0] !== "large") await listing();
await largeObject();
