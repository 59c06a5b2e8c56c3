/** A store of objects in memory behind our own server, which takes no request without its signature. */

import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { serveHttp } from "../../../http/server/serve_http.ts";
import type { HttpRequest, HttpResponse } from "../../../http/server/types.ts";
import { canonicalRequest } from "../../../http/s3/signature.ts";
import type { S3Options } from "../../../http/s3/options.ts";

/** The key of the store; it opens nothing else. */
export const STORE_KEY = {
  accessKeyId: "TESTKEYID00000000000",
  secretAccessKey: "test/secret+key/of/the/store/0123456789A",
} as const;

/** An object. */
export interface KeptObject {
  bytes: Uint8Array<ArrayBuffer>;
  etag: string;
  modified: string;
  type?: string;
}

/** An object that is being written in parts. */
export interface KeptUpload {
  readonly name: string;
  readonly type: string;
  readonly parts: Map<number, Uint8Array<ArrayBuffer>>;
}

/** What the store is told to be. */
export interface StoreSettings {
  /** Buckets that anyone may read. */
  readonly open?: readonly string[];
  /** Keys of a page of a listing. @default {1000} */
  readonly pageKeys?: number;
  /** Whether conditions are heeded; some stores answer 206 whatever the condition. @default {true} */
  readonly conditions?: boolean;
  /** Whether encoding-type=url is heeded. @default {true} */
  readonly urlEncoding?: boolean;
  /** The region that signatures must name. @default {"us-east-1"} */
  readonly region?: string;
  /** Answers in place of the store, or undefined. */
  readonly instead?: (
    request: HttpRequest,
    count: number,
  ) => HttpResponse | undefined | Promise<HttpResponse | undefined>;
  /** What a writer hears in place of the answer to what has been carried out. */
  readonly after?: (request: HttpRequest, answer: HttpResponse) => HttpResponse;
}

/** A store that runs. */
export interface ObjectStoreServer extends AsyncDisposable {
  /** Its URL. */
  readonly endpoint: string;
  /** Objects by `BUCKET/KEY`. */
  readonly objects: Map<string, KeptObject>;
  /** Uploads in parts that are not complete, by their ids. */
  readonly uploads: Map<string, KeptUpload>;
  /** Requests so far: method, path and what of the fields tests look at. */
  readonly requests: { line: string; fields: HttpRequest["fields"] }[];
  /** Options that reach it with its key. */
  readonly s3: S3Options;
  /** Puts an object. */
  put(name: string, bytes: Uint8Array<ArrayBuffer> | string): KeptObject;
}

/** Starts a store. */
export async function serveObjects(settings: StoreSettings = {}): Promise<ObjectStoreServer> {
  const objects = new Map<string, KeptObject>();
  const requests: ObjectStoreServer["requests"] = [];
  const uploads = new Map<string, KeptUpload>();
  const server = await serveHttp({ port: 0, maxBodyBytes: 1 << 30 }, async (request) => {
    requests.push({ line: `${request.method} ${request.target}`, fields: request.fields });
    const told = await settings.instead?.(request, requests.length);
    if (told !== undefined) return told;
    const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(request.path)!;
    const refused = settings.open?.includes(bucket) && !request.fields.has("authorization")
      ? undefined
      : refusalOf(request, settings.region ?? "us-east-1");
    if (refused !== undefined) return errorAnswer(403, refused, "The request is refused.");
    const written = await writing(
      objects,
      uploads,
      `${bucket}/${decodeURIComponent(key)}`,
      request,
    );
    if (written !== undefined) return settings.after?.(request, written) ?? written;
    if (key === "") return listing(objects, bucket, request, settings);
    const object = objects.get(`${bucket}/${decodeURIComponent(key)}`);
    if (object === undefined) {
      return errorAnswer(404, "NoSuchKey", "The specified key does not exist.");
    }
    return answerObject(object, request, settings.conditions ?? true);
  });
  const endpoint = `http://127.0.0.1:${server.address.port}`;
  return {
    endpoint,
    objects,
    uploads,
    requests,
    s3: { endpoint, credentials: STORE_KEY, region: settings.region ?? "us-east-1" },
    put(name, content) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      const object = {
        bytes,
        etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
        modified: "Sat, 28 Nov 2026 09:00:00 GMT",
      };
      objects.set(name, object);
      return object;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An answer that refuses as stores do. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  fields: Record<string, string> = {},
  more = "",
): HttpResponse {
  return {
    status,
    fields: { "Content-Type": "application/xml", ...fields },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>` +
      `<Message>${message}</Message>${more}<RequestId>1</RequestId></Error>`,
  };
}

/** Why a request is not taken: the code, or undefined for one that is signed right. */
function refusalOf(request: HttpRequest, region: string): string | undefined {
  const { fields } = request;
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/
      .exec(fields.get("authorization") ?? "");
  if (match === null) return "AccessDenied";
  const [, id, day, signedRegion, names, signature] = match;
  const date = fields.get("x-amz-date") ?? "";
  if (id !== STORE_KEY.accessKeyId) return "InvalidAccessKeyId";
  if (signedRegion !== region) return "AuthorizationHeaderMalformed";
  if (!date.startsWith(day!) || !names!.split(";").includes("host")) return "AccessDenied";
  for (const [name] of fields) {
    if (/^x-amz-/i.test(name) && !names!.split(";").includes(name.toLowerCase())) {
      return "AccessDenied";
    }
  }
  const canonical = canonicalRequest({
    method: request.method,
    target: request.target,
    fields: names!.split(";").map((name) => [name, fields.get(name) ?? ""] as const),
    payload: fields.get("x-amz-content-sha256") ?? "",
  });
  const hmac = (key: string | Uint8Array, text: string) =>
    createHmac("sha256", key).update(text).digest();
  let key = hmac(`AWS4${STORE_KEY.secretAccessKey}`, day!);
  for (const part of [region, "s3", "aws4_request"]) key = hmac(key, part);
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/s3/aws4_request\n${digest}`;
  return hmac(key, text).toString("hex") === signature ? undefined : "SignatureDoesNotMatch";
}

function answerObject(
  { bytes, etag, modified, type = "binary/octet-stream" }: KeptObject,
  { fields, method }: HttpRequest,
  conditions: boolean,
): HttpResponse {
  const common = {
    ETag: etag,
    "Last-Modified": modified,
    "Content-Type": type,
    "Accept-Ranges": "bytes",
    Date: new Date().toUTCString(),
  };
  const ifMatch = fields.get("if-match");
  if (conditions && ifMatch !== undefined && ifMatch !== etag) {
    return errorAnswer(412, "PreconditionFailed", "A condition did not hold.", { ETag: etag });
  }
  // As the stores that were tried: If-Range is not looked at.
  const range = /^bytes=(\d*)-(\d*)$/.exec(fields.get("range") ?? "");
  if (range === null || method === "HEAD") return { status: 200, fields: common, body: bytes };
  const [, first = "", last = ""] = range;
  const start = first === "" ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes.length : Math.min(bytes.length, Number(last) + 1);
  if (start >= bytes.length) {
    return errorAnswer(416, "InvalidRange", "The requested range is not satisfiable", {
      "Content-Range": `bytes */${bytes.length}`,
    });
  }
  return {
    status: 206,
    fields: { ...common, "Content-Range": `bytes ${start}-${end - 1}/${bytes.length}` },
    body: bytes.subarray(start, end),
  };
}

/** What writers ask for: objects, uploads in parts, lists of both; undefined for anything else. */
async function writing(
  objects: Map<string, KeptObject>,
  uploads: Map<string, KeptUpload>,
  name: string,
  request: HttpRequest,
): Promise<HttpResponse | undefined> {
  const { method, fields } = request;
  const query = new URLSearchParams(request.query ?? "");
  const id = query.get("uploadId");
  if (method === "HEAD" || (method === "GET" && id === null && !query.has("uploads"))) {
    return undefined;
  }
  const body = await request.body.bytes();
  const digest = createHash("sha256").update(body).digest("hex");
  if (fields.has("authorization") && fields.get("x-amz-content-sha256") !== digest) {
    return errorAnswer(400, "XAmzContentSHA256Mismatch", "The body is another one.");
  }
  const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
  const xml = (text: string): HttpResponse => ({
    ...{ status: 200, fields: { "Content-Type": "application/xml" } },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${text}`,
  });
  if (method === "GET" && query.has("uploads")) {
    const prefix = name + (query.get("prefix") ?? "");
    const found = [...uploads].filter(([, upload]) => upload.name.startsWith(prefix))
      .map(([key, upload]) =>
        `<Upload><Key>${upload.name.slice(upload.name.indexOf("/") + 1)}</Key>` +
        `<UploadId>${key}</UploadId><Owner><ID>1</ID></Owner></Upload>`
      );
    return xml(`<ListMultipartUploadsResult>${found.join("")}</ListMultipartUploadsResult>`);
  }
  if (method === "POST" && query.has("uploads")) {
    const created = `upload-${uploads.size + 1}-${Math.random().toString(36).slice(2)}`;
    uploads.set(created, { name, type: fields.get("content-type") ?? "", parts: new Map() });
    return xml(
      `<InitiateMultipartUploadResult><UploadId>${created}</UploadId></InitiateMultipartUploadResult>`,
    );
  }
  if (id !== null) {
    const upload = uploads.get(id);
    if (upload === undefined) return errorAnswer(404, "NoSuchUpload", "There is no such upload.");
    const { parts, type } = upload;
    if (method === "DELETE") {
      uploads.delete(id);
      return { status: 204, fields: {}, body: "" };
    }
    if (method === "PUT") {
      parts.set(Number(query.get("partNumber")), body);
      return { status: 200, fields: { ETag: `"${md5(body)}"` }, body: "" };
    }
    if (method === "GET") {
      const listed = [...parts].map(([number, bytes]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${md5(bytes)}&quot;</ETag>` +
        `<Size>${bytes.length}</Size></Part>`
      );
      return xml(`<ListPartsResult>${listed.join("")}</ListPartsResult>`);
    }
    const named = [
      ...new TextDecoder().decode(body).matchAll(
        /<PartNumber>(\d+)<\/PartNumber><ETag>"(\w+)"<\/ETag>/g,
      ),
    ];
    const whole = named.map(([, number]) => parts.get(Number(number)));
    if (named.some(([, , etag], i) => whole[i] === undefined || md5(whole[i]!) !== etag)) {
      return xml(
        "<Error><Code>InvalidPart</Code><Message>A part is another one.</Message></Error>",
      );
    }
    const bytes = await new Blob(whole as Uint8Array<ArrayBuffer>[]).bytes();
    const sums = Uint8Array.fromHex(named.map(([, , etag]) => etag).join(""));
    objects.set(name, {
      ...{ bytes, type, modified: "Sat, 28 Nov 2026 09:00:00 GMT" },
      etag: `"${md5(sums)}-${named.length}"`,
    });
    uploads.delete(id);
    return xml("<CompleteMultipartUploadResult><Key>x</Key></CompleteMultipartUploadResult>");
  }
  if (fields.get("if-none-match") === "*" && objects.has(name)) {
    return errorAnswer(412, "PreconditionFailed", "A condition did not hold.");
  }
  if (method !== "PUT") return errorAnswer(405, "MethodNotAllowed", "That is not done here.");
  const type = fields.get("content-type") ?? "binary/octet-stream";
  const object = { bytes: body, type, modified: "Sat, 28 Nov 2026 09:00:00 GMT" };
  objects.set(name, { ...object, etag: `"${md5(body)}"` });
  return { status: 200, fields: { ETag: `"${md5(body)}"` }, body: "" };
}

/** Keys in the order of their octets, as stores list them. */
function inOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function listing(
  objects: ReadonlyMap<string, KeptObject>,
  bucket: string,
  request: HttpRequest,
  { pageKeys = 1000, urlEncoding = true }: StoreSettings,
): HttpResponse {
  const query = new URLSearchParams(request.query ?? "");
  const names = [...objects.keys()].filter((name) => name.startsWith(`${bucket}/`));
  if (names.length === 0) {
    return errorAnswer(404, "NoSuchBucket", "The specified bucket does not exist");
  }
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter");
  const after = query.get("continuation-token");
  const entries = new Set<string>();
  for (const name of names) {
    const key = name.slice(bucket.length + 1);
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    entries.add(cut < 0 ? `k${key}` : `p${key.slice(0, cut + delimiter!.length)}`);
  }
  const sorted = [...entries].sort((one, other) => inOrder(one.slice(1), other.slice(1)))
    .filter((entry) =>
      after === null || inOrder(entry.slice(1), decodeURIComponent(atob(after))) > 0
    );
  const page = sorted.slice(0, pageKeys);
  const coded = urlEncoding && query.get("encoding-type") === "url";
  const text = (value: string) =>
    coded
      ? encodeURIComponent(value).replaceAll("%20", "+").replaceAll("%2F", "/")
      : value.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  const more = sorted.length > page.length;
  const token = more ? btoa(encodeURIComponent(page.at(-1)!.slice(1))) : undefined;
  const items = page.map((entry) => {
    const name = entry.slice(1);
    if (entry.startsWith("p")) {
      return `<CommonPrefixes><Prefix>${text(name)}</Prefix></CommonPrefixes>`;
    }
    const { bytes, etag } = objects.get(`${bucket}/${name}`)!;
    return `<Contents><Key>${
      text(name)
    }</Key><LastModified>2026-11-28T09:00:00.000Z</LastModified>` +
      `<ETag>&quot;${etag.slice(1, -1)}&quot;</ETag><Size>${bytes.length}</Size>` +
      "<Owner><ID>1</ID><DisplayName>Key &amp; Prefix</DisplayName></Owner>" +
      "<StorageClass>STANDARD</StorageClass></Contents>";
  });
  return {
    status: 200,
    fields: { "Content-Type": "application/xml" },
    body: '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Name>${bucket}</Name><Prefix>${text(prefix)}</Prefix><KeyCount>${page.length}</KeyCount>` +
      `<MaxKeys>${pageKeys}</MaxKeys>${coded ? "<EncodingType>url</EncodingType>" : ""}` +
      `<IsTruncated>${more}</IsTruncated>` +
      (token === undefined ? "" : `<NextContinuationToken>${token}</NextContinuationToken>`) +
      `${items.join("")}</ListBucketResult>`,
  };
}
