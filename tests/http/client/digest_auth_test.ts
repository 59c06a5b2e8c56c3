import { assertEquals, assertMatch } from "@std/assert";
import { digestAuthorization } from "../../../http/client/digest_auth.ts";
import { fetchHead } from "../../../http/client/head.ts";
import { readRange } from "../../../http/client/read.ts";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";

const REALM = 'realm="http-auth@example.org", qop="auth, auth-int"';
const NONCE = 'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"';
const OPAQUE = 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const MUFASA = { user: "Mufasa", password: "Circle of Life" };
const REQUEST = {
  method: "GET",
  target: "/dir/index.html",
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};
const MD5 = "8ca523f5e9506fed4657c9700eebdbec";
const SHA256 = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1";

Deno.test("digestAuthorization() has the responses of RFC 7616 section 3.9.1", () => {
  const challenge = (algorithm: string) => `Digest ${REALM}, ${algorithm}${NONCE}, ${OPAQUE}`;
  const cases: [challenges: string[], response: string | undefined][] = [
    [[challenge("algorithm=MD5, ")], MD5],
    [[challenge("")], MD5],
    [[challenge("algorithm=SHA-256, ")], SHA256],
    [[challenge("algorithm=MD5, "), challenge("algorithm=SHA-256, ")], SHA256],
    [['Basic realm="x", ' + challenge("algorithm=MD5, ")], MD5],
    [[challenge("algorithm=SHA-512-256, ")], undefined],
    [['Digest realm="x"'], undefined],
    [['Digest realm="x", nonce="y", qop="auth-int"'], undefined],
    [['Basic realm="x"'], undefined],
    [[], undefined],
  ];
  for (const [challenges, response] of cases) {
    const value = digestAuthorization(challenges, MUFASA, REQUEST);
    assertEquals(/response="([0-9a-f]+)"/.exec(value ?? "")?.[1], response, challenges.join());
  }
});

Deno.test("HttpClient answers Digest where a server wants it, once", async () => {
  await using server = hostileServer(async (request, peer) => {
    const right = request.field("Authorization")?.startsWith("Digest ") &&
      request.path === "/a?b=1";
    const fields = { "WWW-Authenticate": `Digest realm="r", nonce="n", qop="auth"` };
    await peer.send(
      ...(right
        ? answer("200 OK", {}, new TextEncoder().encode("sun"))
        : answer("401 Unauthorized", fields)),
    );
  });
  const options = { user: "u", password: "p" };
  assertEquals((await readRange(`${server.url}/a?b=1`, options)).status, 200);
  const [first, second] = server.requests.map((request) => request.field("Authorization"));
  assertEquals(first, "Basic dTpw");
  assertMatch(
    second!,
    /^Digest username="u", realm="r", uri="\/a\?b=1", nonce="n", response="[0-9a-f]{32}", algorithm=MD5, qop=auth, nc=00000001, cnonce="[0-9a-f]{32}"$/,
  );
  assertEquals((await fetchHead(`${server.url}/never`, options)).status, 401);
  assertEquals(server.requests.length, 4);
  assertEquals((await fetchHead(`${server.url}/a?b=1`)).status, 401);
  assertEquals(server.requests.length, 5);
});
