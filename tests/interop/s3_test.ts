/** What boto3 writes into a real store is what we read, and the other way round for URLs. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  download,
  encodeFits,
  fetchHead,
  FormatError,
  HeliographError,
  openFits,
  readRange,
} from "../../mod.ts";
import { parseNpy } from "../../fits/image/npy.ts";
import { listFiles } from "../../http/download/list_files.ts";
import { HttpClient } from "../../http/client/client.ts";
import { parseS3Text, s3UrlOf } from "../../http/fields/s3_url.ts";
import { addressOf } from "../../http/s3/address.ts";
import { HASHES, sha256Of } from "../../http/s3/hashes.ts";
import { writeObject } from "../../http/s3/upload.ts";
import { signByQuery, UNSIGNED_PAYLOAD } from "../../http/s3/signature.ts";
import { readBody } from "../../http/message/answer.ts";
import { ROOT, runDeno, startDeno } from "../support/program.ts";
import { SeededRandom } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";
import { startSwift, SWIFT_KEY, SWIFT_PAGE_KEYS } from "./swift.ts";

/** Makes the client `s3` of boto3. Its arguments are the endpoint, and what the script reads. */
const BOTO = `
import base64, json, os, sys
for name in list(os.environ):
    if name.startswith("AWS_"): del os.environ[name]
import boto3
from botocore.config import Config
s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1",
    aws_access_key_id="${SWIFT_KEY.accessKeyId}", aws_secret_access_key="${SWIFT_KEY.secretAccessKey}",
    config=Config(s3={"addressing_style": "path"}))
`;

const KEYS = [
  ...["2026/a b.fits", "2026/a+b.fits", "2026/q'uo\"te.fits", "2026/\u1234\u{1f31e}.fits"],
  ...["2026/a&b<c>.fits", "2026/50%41.fits", "2026/?x=1#y.fits", "2026//double", "top.fits"],
  ...Array.from({ length: 2 * SWIFT_PAGE_KEYS }, (_, i) => `many/${i}.txt`),
];

Deno.test("Swift and boto3: objects, listings, conditions, signatures", async (t) => {
  await using swift = await startSwift();
  const { endpoint } = swift;
  const s3 = { endpoint, credentials: SWIFT_KEY, region: "us-east-1" };
  const boto = async (script: string, ...args: string[]) =>
    await python(BOTO + script, "", [endpoint, ...args]);
  const random = new SeededRandom(30);
  const pixels = Int16Array.from({ length: 400 * 500 }, () => random.integer(-999, 999));
  const fits = await encodeFits([{ pixels, shape: [400, 500] }]);
  const large = random.bytes((5 << 20) + 1_000);
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a.fits`, fits);
  await Deno.writeFile(`${folder.path}/large`, large);

  const etags: Record<string, string> = JSON.parse(
    await boto(
      `
s3.create_bucket(Bucket="sun")
etags = {}
for key in json.loads(sys.argv[2]):
    etags[key] = s3.put_object(Bucket="sun", Key=key, Body=key.encode())["ETag"]
with open(sys.argv[3] + "/a.fits", "rb") as file:
    etags["a.fits"] = s3.put_object(Bucket="sun", Key="a.fits", Body=file.read())["ETag"]
with open(sys.argv[3] + "/large", "rb") as file: body = file.read()
upload = s3.create_multipart_upload(Bucket="sun", Key="large")["UploadId"]
parts = []
for number, part in enumerate([body[:5 << 20], body[5 << 20:]], 1):
    tag = s3.upload_part(Bucket="sun", Key="large", UploadId=upload, PartNumber=number, Body=part)["ETag"]
    parts.append({"ETag": tag, "PartNumber": number})
etags["large"] = s3.complete_multipart_upload(Bucket="sun", Key="large", UploadId=upload,
    MultipartUpload={"Parts": parts})["ETag"]
print(json.dumps(etags))
`,
      JSON.stringify(KEYS),
      folder.path,
    ),
  );

  await t.step("every key is read, whole, in part and its head", async () => {
    for (const key of KEYS) {
      const url = `s3://sun/${key}`;
      const { bytes, fields } = await readRange(url, { s3 });
      assertEquals([new TextDecoder().decode(bytes), fields.get("etag")], [key, etags[key]]);
    }
    const { bytes, status } = await readRange("s3://sun/top.fits", { s3, range: [1, 3] });
    assertEquals([new TextDecoder().decode(bytes), status], ["op.", 206]);
    const last = await readRange("s3://sun/top.fits", { s3, range: [-4] });
    assertEquals(new TextDecoder().decode(last.bytes), "fits");
    const head = await fetchHead("s3://sun/large", { s3 });
    assertEquals([head.status, head.fields.get("content-length")], [200, String(large.length)]);
    assertEquals(head.fields.get("etag"), etags["large"]);
  });

  await t.step("listings are those of boto3, of several pages", async () => {
    const theirs = JSON.parse(
      await boto(`
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="sun")
print(json.dumps([[o["Key"], o["Size"]] for page in pages for o in page["Contents"]]))
`),
    );
    using client = new HttpClient({ s3 });
    const ours: unknown[] = [];
    for await (const page of (await client.objectStore()).list("sun", "")) {
      assert(page.objects.length <= SWIFT_PAGE_KEYS);
      ours.push(...page.objects.map(({ key, size }) => [key, size]));
    }
    assertEquals(ours, theirs);
    assertEquals(ours.length, KEYS.length + 2);
    const folders: string[] = [];
    const top = await listFiles("s3://sun", { s3, onFolders: (urls) => folders.push(...urls) });
    assertEquals(top.map(({ name }) => name), ["a.fits", "large", "top.fits"]);
    assertEquals(folders, ["s3://sun/2026/", "s3://sun/many/"]);
  });

  await t.step("a FITS file is read by ranges, and is an error once it is changed", async () => {
    await using file = await openFits("s3://sun/a.fits", { s3 });
    const { pixels: found } = await file.image({ section: "1:9,450:450" });
    assertEquals(found, pixels.slice(449 * 400, 449 * 400 + 9));
    await boto(
      `
with open(sys.argv[2] + "/a.fits", "rb") as file: body = bytearray(file.read())
body[-2880:] = bytes(2880)
s3.put_object(Bucket="sun", Key="a.fits", Body=bytes(body))
`,
      folder.path,
    );
    await assertRejects(() => file.image(), FormatError, "it has been changed");
  });

  await t.step("downloads go on by If-Match, in one piece and in several", async () => {
    const to = { folder: folder.path, s3, existing: "unique" } as const;
    const [whole] = await download("s3://sun/large", { ...to, split: 2 });
    assertEquals(await Deno.readFile(whole!.path!), large);
    const results = await download("s3://sun/2026/*.fits", to);
    assertEquals(results.length, 7);
    for (const { url, path } of results) {
      assertEquals(`s3://sun/${await Deno.readTextFile(path!)}`, url);
    }
    using client = new HttpClient({ s3 });
    const target = s3UrlOf(parseS3Text("s3://sun/large"));
    const statuses: number[] = [];
    for (const tag of [etags["large"]!, '"other"']) {
      const fields = [["Range", "bytes=5-9"], ["If-Match", tag]] as const;
      const answer = await client.send("GET", target, fields);
      statuses.push(answer.status);
      await readBody(answer, 10_000);
    }
    assertEquals(statuses, [206, 412]);
  });

  await t.step("what we write, boto3 reads: every key, in one request and in parts", async () => {
    using client = new HttpClient({ s3 });
    const store = await client.objectStore();
    const ours = KEYS.map((key) => `ours/${key}`);
    for (const key of ours) {
      await writeObject(store, { bucket: "sun", key }, new TextEncoder().encode(key));
    }
    const whole = random.bytes((20 << 20) + 5);
    const object = { bucket: "sun", key: "ours/large" };
    // A run that was killed behind its first part.
    const begun = await store.ask("POST", object, [["uploads", ""]], new Uint8Array(0));
    const [, id] = /<UploadId>([^<]+)</.exec(
      new TextDecoder().decode(await readBody(begun, 10_000)),
    )!;
    const first = whole.slice(0, 8 << 20);
    const query = [["partNumber", "1"], ["uploadId", id!]] as const;
    assertEquals((await store.ask("PUT", object, query, first)).status, 200);
    assertEquals(await writeObject(store, object, whole), {
      ...{ bytes: whole.length, parts: 3, resumed: 1 },
    });
    const theirs = JSON.parse(
      await boto(
        `
import hashlib
found = {}
for key in json.loads(sys.argv[2]):
    got = s3.get_object(Bucket="sun", Key=key)
    body = got["Body"].read()
    found[key] = [hashlib.sha256(body).hexdigest(), got["ETag"].strip('"') == hashlib.md5(body).hexdigest()]
uploads = s3.list_multipart_uploads(Bucket="sun").get("Uploads", [])
print(json.dumps([found, [upload["Key"] for upload in uploads]]))
`,
        JSON.stringify([...ours, object.key]),
      ),
    );
    const expected = ours.map((key) => [key, [HASHES.sha256(key), true]]);
    assertEquals(theirs, [
      Object.fromEntries([...expected, [object.key, [sha256Of(whole), false]]]),
      [],
    ]);
  });

  await t.step("rpc map reads a bucket and saves into it", async () => {
    const env = {
      ...{ AWS_ACCESS_KEY_ID: SWIFT_KEY.accessKeyId, AWS_REGION: "us-east-1" },
      ...{ AWS_SECRET_ACCESS_KEY: SWIFT_KEY.secretAccessKey, AWS_ENDPOINT_URL: endpoint },
    };
    using client = new HttpClient({ s3 });
    const store = await client.objectStore();
    for (let i = 1; i <= 3; i++) {
      const image = await encodeFits([{ pixels: Int16Array.of(i, 2 * i), shape: [2, 1] }]);
      await writeObject(store, { bucket: "sun", key: `night/${i}.fits` }, image);
    }
    const { code, stdout, stderr } = await runDeno([
      ...["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`, "rpc", "map", "data * 1.5"],
      ...["s3://sun/night/", "--save", "s3://sun/results"],
    ], { env });
    assertEquals(code, 0, stderr);
    assertEquals((stdout + stderr).includes(SWIFT_KEY.secretAccessKey), false);
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const paths = [1, 2, 3].map((i) => `s3://sun/results/00000${i}-${i}.npy`);
    assertEquals(lines.map(({ path }) => path).toSorted(), paths);
    for (const [i, path] of paths.entries()) {
      const { data } = parseNpy((await readRange(path, { s3 })).bytes);
      assertEquals([...data as Float32Array], [1.5 * (i + 1), 3 * (i + 1)]);
    }
  });

  await t.step("serve s3:// is a way to the bucket that needs no key", async () => {
    const env = {
      ...{ AWS_ACCESS_KEY_ID: SWIFT_KEY.accessKeyId, AWS_REGION: "us-east-1" },
      ...{ AWS_SECRET_ACCESS_KEY: SWIFT_KEY.secretAccessKey, AWS_ENDPOINT_URL: endpoint },
    };
    await using gateway = startDeno([
      ...["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`, "serve", "s3://sun/"],
      ...["--port", "0", "--json", "--access-log", "common"],
    ], { env });
    const { url } = JSON.parse(await gateway.line() ?? "{}");
    const names: string[] = [];
    for (let next: string | undefined = url; next !== undefined;) {
      const page: Response = await fetch(next, { headers: { Accept: "application/json" } });
      names.push(...(await page.json() as { name: string }[]).map(({ name }) => name));
      const [, href] = /^<([^>]+)>/.exec(page.headers.get("link") ?? "") ?? [];
      next = href === undefined ? undefined : new URL(href, next).href;
    }
    assertEquals(names.toSorted(), [
      ...["2026", "a.fits", "large", "many", "night", "ours", "results", "top.fits"],
    ]);
    for (const key of KEYS) {
      const path = key.split("/").map(encodeURIComponent).join("/");
      const answer = await fetch(url + path);
      assertEquals([answer.status, await answer.text()], [200, key], key);
    }
    const part = await fetch(`${url}large`, { headers: { Range: "bytes=5000000-5000009" } });
    assertEquals([part.status, [...await part.bytes()]], [
      ...[206, [...large.subarray(5_000_000, 5_000_010)]],
    ]);
    const etag = part.headers.get("etag")!;
    assertEquals(etag, etags["large"]);
    const same = await fetch(`${url}large`, { headers: { "If-None-Match": etag } });
    assertEquals(same.status, 304);
    await using file = await openFits(new URL(`${url}night/3.fits`));
    assertEquals([...(await file.image()).pixels as Int16Array], [3, 6]);
    const picture = await fetch(`${url}a.fits?as=preview&size=64`);
    assertEquals(picture.headers.get("content-type"), "image/png");
    await picture.body?.cancel();
    const { code, stdout, stderr } = await gateway.stop("SIGINT");
    assertEquals(code, 130);
    assertEquals((stdout + stderr).includes(SWIFT_KEY.secretAccessKey), false);
    assertEquals(/Signature|Credential/.test(stdout + stderr), false);
  });

  await t.step("get and cutout write into the bucket, and keep what is there", async () => {
    const env = {
      ...{ AWS_ACCESS_KEY_ID: SWIFT_KEY.accessKeyId, AWS_REGION: "us-east-1" },
      ...{ AWS_SECRET_ACCESS_KEY: SWIFT_KEY.secretAccessKey, AWS_ENDPOINT_URL: endpoint },
    };
    const program = ["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`];
    const got = await runDeno(
      [...program, "get", "s3://sun/night/*.fits", "s3://sun/ours/large", "-o", "s3://sun/got"],
      { env },
    );
    assertEquals(got.code, 0, got.stderr);
    assertEquals(got.stdout.trimEnd().split("\n").toSorted(), [
      ...[
        "s3://sun/got/1.fits",
        "s3://sun/got/2.fits",
        "s3://sun/got/3.fits",
        "s3://sun/got/large",
      ],
    ]);
    const cut = ["fits", "cutout", "s3://sun/got/3.fits", "--section", "2:2,1:1"];
    for (const [code, ...more] of [[0], [1], [0, "--clobber"]] as [number, ...string[]][]) {
      const words = [...program, ...cut, "-o", "s3://sun/got/cut.fits", ...more];
      const done = await runDeno(words, { env });
      assertEquals(done.code, code, done.stderr);
      assertEquals(done.stderr.includes(SWIFT_KEY.secretAccessKey), false);
    }
    const theirs = JSON.parse(
      await boto(`
import hashlib
body = lambda key: s3.get_object(Bucket="sun", Key=key)["Body"].read()
same = [hashlib.sha256(body(one)).digest() == hashlib.sha256(body(other)).digest()
    for one, other in [("got/1.fits", "night/1.fits"), ("got/large", "ours/large")]]
print(json.dumps([same, list(body("got/cut.fits")[2880:2882])]))
`),
    );
    assertEquals(theirs, [[true, true], [0, 6]]);
  });

  await t.step("s3cmd and rclone read what we write, and we what they write", async () => {
    const { accessKeyId, secretAccessKey } = SWIFT_KEY;
    const host = new URL(endpoint).host;
    const whole = random.bytes((9 << 20) + 3);
    await Deno.writeFile(`${folder.path}/whole`, whole);
    const keys = ["peers/a b+c.bin", "peers/\u1234 q'uo.bin"];
    const run = async (program: string, args: string[], env: Record<string, string> = {}) => {
      const place = { PATH: Deno.env.get("PATH")!, HOME: folder.path, LC_ALL: "C.UTF-8" };
      const command = new Deno.Command(program, {
        ...{ args, clearEnv: true, env: { ...place, ...env } },
      });
      const { code, stderr } = await command.output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
    };
    const s3cmd = (...args: string[]) =>
      run("s3cmd", [
        ...["--config=/dev/null", `--access_key=${accessKeyId}`, `--secret_key=${secretAccessKey}`],
        ...[`--host=${host}`, `--host-bucket=${host}`, "--no-ssl", "--region=us-east-1", ...args],
      ]);
    const rclone = (...args: string[]) =>
      run("rclone", ["--config=/dev/null", "--retries=1", ...args], {
        ...{ RCLONE_S3_ACCESS_KEY_ID: accessKeyId, RCLONE_S3_SECRET_ACCESS_KEY: secretAccessKey },
        ...{ RCLONE_S3_ENDPOINT: endpoint, RCLONE_S3_PROVIDER: "Other" },
        ...{ RCLONE_S3_REGION: "us-east-1", RCLONE_S3_FORCE_PATH_STYLE: "true" },
      });
    using client = new HttpClient({ s3 });
    const store = await client.objectStore();
    for (const key of keys) {
      await writeObject(store, { bucket: "sun", key }, whole);
      const [one, other] = [`${folder.path}/one`, `${folder.path}/other`];
      await s3cmd("get", "--force", `s3://sun/${key}`, one);
      await rclone("copyto", `:s3:sun/${key}`, other);
      for (const path of [one, other]) assertEquals(await Deno.readFile(path), whole, key);
      await s3cmd(
        "put",
        "--multipart-chunk-size-mb=5",
        `${folder.path}/whole`,
        `s3://sun/s3cmd/${key}`,
      );
      await rclone("copyto", `${folder.path}/whole`, `:s3:sun/rclone/${key}`);
      for (const place of ["s3cmd", "rclone"]) {
        const { bytes } = await readRange(`s3://sun/${place}/${key}`, { s3, maxBytes: 1 << 25 });
        assertEquals(bytes, whole, place);
      }
    }
  });

  await t.step("what is signed wrong is refused, and said in the store's words", async () => {
    const wrong = { ...s3, credentials: { ...SWIFT_KEY, secretAccessKey: "wrong" } };
    const refused = await assertRejects(
      () => readRange("s3://sun/top.fits", { s3: wrong }),
      HeliographError,
    );
    assertMatch(refused.message, /answered 403 Forbidden \(SignatureDoesNotMatch: /);
    const none = await assertRejects(() => readRange("s3://sun/none", { s3 }), HeliographError);
    assertMatch(none.message, /answered 404 Not Found \(NoSuchKey: /);
    const bucket = await assertRejects(() => listFiles("s3://moon/", { s3 }), HeliographError);
    assertMatch(bucket.message, /Cannot list s3:\/\/moon\/: .*404 Not Found \(NoSuchBucket: /);
  });

  await t.step("a presigned URL is taken, and with one digit changed refused", async () => {
    const url = addressOf(parseS3Text("s3://sun/2026/a b.fits"), "us-east-1", new URL(endpoint));
    const target = signByQuery(
      {
        method: "GET",
        target: url.pathname,
        fields: [["Host", url.host]],
        payload: UNSIGNED_PAYLOAD,
      },
      {
        credentials: SWIFT_KEY,
        region: "us-east-1",
        service: "s3",
        time: new Date(),
        hashes: HASHES,
      },
      600,
    );
    const taken = await fetch(new URL(target, endpoint));
    assertEquals([taken.status, await taken.text()], [200, "2026/a b.fits"]);
    const other = target.replace(/.$/, (digit) => digit === "0" ? "1" : "0");
    const refused = await fetch(new URL(other, endpoint));
    assertEquals(refused.status, 403);
    await refused.body?.cancel();
    // boto3's own is taken by us, and shown to no one.
    const theirs = (await boto(`
print(s3.generate_presigned_url("get_object", Params={"Bucket": "sun", "Key": "top.fits"}))
`)).trim();
    const read = await readRange(theirs);
    assertEquals(new TextDecoder().decode(read.bytes), "top.fits");
    assertEquals(read.url, `${endpoint}/sun/top.fits?...`);
  });
});
