import { assertEquals } from "@std/assert";
import { HASHES } from "../../../http/s3/hashes.ts";
import {
  canonicalRequest,
  EMPTY_PAYLOAD,
  encodeOctets,
  queryOf,
  signByFields,
  signByQuery,
  type SigningContext,
  UNSIGNED_PAYLOAD,
} from "../../../http/s3/signature.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";

/** The context of the examples in the S3 documentation; its key opens nothing. */
const EXAMPLE: SigningContext = {
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  region: "us-east-1",
  service: "s3",
  time: new Date("2013-05-24T00:00:00Z"),
  hashes: HASHES,
};

function signatureIn(fields: readonly (readonly [string, string])[]): string {
  return /Signature=(\w+)$/.exec(fields.find(([name]) => name === "Authorization")![1])![1]!;
}

Deno.test("signByFields() signs as the examples of the S3 documentation", () => {
  const host = ["Host", "examplebucket.s3.amazonaws.com"] as const;
  const empty = ["x-amz-content-sha256", EMPTY_PAYLOAD] as const;
  const body = HASHES.sha256("Welcome to Amazon S3.");
  const cases = [
    [
      { method: "GET", target: "/test.txt", fields: [host, ["Range", "bytes=0-9"], empty] },
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ],
    [
      {
        method: "PUT",
        target: "/test$file.text",
        fields: [
          host,
          ["Date", "Fri, 24 May 2013 00:00:00 GMT"],
          ["x-amz-storage-class", "REDUCED_REDUNDANCY"],
          ["x-amz-content-sha256", body],
        ],
        payload: body,
      },
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ],
    [
      { method: "GET", target: "/?lifecycle", fields: [host, empty] },
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ],
    [
      { method: "GET", target: "/?max-keys=2&prefix=J", fields: [host, empty] },
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ],
  ] as const;
  for (const [request, signature] of cases) {
    const fields = signByFields({ payload: EMPTY_PAYLOAD, ...request }, EXAMPLE);
    assertEquals(signatureIn(fields), signature, request.target);
    assertEquals(fields.map(([name]) => name), ["X-Amz-Date", "Authorization"]);
    assertEquals(fields[0]![1], "20130524T000000Z");
  }
  const [, [, authorization]] = signByFields(
    { payload: EMPTY_PAYLOAD, ...cases[0][0] },
    EXAMPLE,
  ) as [unknown, [string, string]];
  assertEquals(
    authorization,
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
      `SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=${cases[0][1]}`,
  );
});

Deno.test("signByQuery() signs as the example of the S3 documentation", () => {
  const target = signByQuery(
    {
      method: "GET",
      target: "/test.txt",
      fields: [["Host", "examplebucket.s3.amazonaws.com"]],
      payload: UNSIGNED_PAYLOAD,
    },
    EXAMPLE,
    86_400,
  );
  assertEquals(
    target,
    "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

Deno.test("signByFields() and signByQuery() sign the token of a key that is valid for hours", () => {
  const credentials = { ...EXAMPLE.credentials, sessionToken: "a/b=" };
  const request = {
    method: "GET",
    target: "/",
    fields: [["Host", "h"]] as const,
    payload: EMPTY_PAYLOAD,
  };
  const fields = signByFields(request, { ...EXAMPLE, credentials });
  assertEquals(fields[1], ["X-Amz-Security-Token", "a/b="]);
  assertEquals(
    /SignedHeaders=([^,]+)/.exec(fields[2]![1])![1],
    "host;x-amz-date;x-amz-security-token",
  );
  const target = signByQuery(request, { ...EXAMPLE, credentials }, 60);
  assertEquals(/X-Amz-Security-Token=([^&]*)/.exec(target)![1], "a%2Fb%3D");
});

Deno.test("canonicalRequest() writes path and query in one form, whatever was encoded", () => {
  const lines = (target: string, normalize?: boolean) =>
    canonicalRequest({ method: "GET", target, fields: [], payload: "" }, normalize).split("\n")
      .slice(1, 3);
  const cases: [target: string, path: string, query: string][] = [
    ["/a b+c", "/a%20b%2Bc", ""],
    ["/a%20b%2bc", "/a%20b%2Bc", ""],
    ["//a//./..", "//a//./..", ""],
    ["/%zz%", "/%25zz%25", ""],
    ["/\u1234?b=2&a=%7E&a=/&b", "/%E1%88%B4", "a=%2F&a=~&b=&b=2"],
    ["/?x=a=b?c", "/", "x=a%3Db%3Fc"],
  ];
  for (const [target, path, query] of cases) assertEquals(lines(target), [path, query], target);
  assertEquals(lines("/a/./b/../c//", true), ["/a/c/", ""]);
  assertEquals(lines("/a/..", true), ["/", ""]);
});

Deno.test("encodeOctets() and queryOf() leave unreserved characters alone", () => {
  assertEquals(encodeOctets("aZ09-._~ /+&é"), "aZ09-._~%20%2F%2B%26%C3%A9");
  assertEquals(encodeOctets("a/b c", "/"), "a/b%20c");
  assertEquals(encodeOctets(Uint8Array.of(0xff, 0x41)), "%FFA");
  assertEquals(queryOf([["prefix", "a&b="], ["list-type", "2"]]), "prefix=a%26b%3D&list-type=2");
});

interface SuiteCase {
  name: string;
  kind?: "header" | "query";
  expires?: number;
  signature?: string;
  context?: SuiteContext;
  request: { method: string; target: string; fields: [string, string][]; body: string };
  header?: { canonicalRequest: string; signature: string };
  query?: { canonicalRequest: string; signature: string };
}

interface SuiteContext {
  credentials: { access_key_id: string; secret_access_key: string; token?: string };
  expiration_in_seconds: number;
  normalize?: boolean;
  omit_session_token?: boolean;
  region: string;
  service: string;
  sign_body?: boolean;
  timestamp: string;
}

function contextOf({ credentials, ...context }: SuiteContext): SigningContext {
  return {
    credentials: {
      accessKeyId: credentials.access_key_id,
      secretAccessKey: credentials.secret_access_key,
      // Some services take a token that is not signed: it is added afterwards.
      sessionToken: context.omit_session_token ? undefined : credentials.token,
    },
    region: context.region,
    service: context.service,
    time: new Date(context.timestamp),
    hashes: HASHES,
    normalize: context.normalize,
  };
}

corpusTest("the vectors of AWS and of the S3 documentation have their signatures", async () => {
  const vectors: { suite: SuiteCase[]; s3: { context: SuiteContext; cases: SuiteCase[] } } = JSON
    .parse(await Deno.readTextFile(corpusFile("sigv4/vectors.json")));
  let signatures = 0;
  for (const { name, request, header, query, context } of vectors.suite) {
    const payload = HASHES.sha256(request.body);
    const fields = [...request.fields];
    const signing = contextOf(context!);
    const byQuery = signByQuery({ ...request, fields, payload }, signing, 3600);
    assertEquals(/&X-Amz-Signature=(\w+)$/.exec(byQuery)?.[1], query!.signature, name);
    if (context!.sign_body) fields.push(["x-amz-content-sha256", payload]);
    const added = signByFields({ ...request, fields, payload }, signing);
    const sent = [...fields, ...added.slice(0, -1)];
    assertEquals(
      canonicalRequest({ ...request, fields: sent, payload }, signing.normalize),
      header!.canonicalRequest,
      name,
    );
    assertEquals(signatureIn(added), header!.signature, name);
    signatures += 2;
  }
  const { context, cases } = vectors.s3;
  for (const { name, kind, request, signature, expires } of cases) {
    const payload = request.fields.find(([name]) => name === "x-amz-content-sha256")?.[1] ??
      UNSIGNED_PAYLOAD;
    const signing = contextOf(context);
    const found = kind === "query"
      ? /X-Amz-Signature=(\w+)$/.exec(signByQuery({ ...request, payload }, signing, expires!))![1]
      : signatureIn(signByFields({ ...request, payload }, signing));
    assertEquals(found, signature, name);
    signatures++;
  }
  assertEquals(signatures, 81);
});
