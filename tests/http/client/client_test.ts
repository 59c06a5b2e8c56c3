import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../net/errors.ts";
import { readRange } from "../../../http/client/read.ts";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";

const SUN = new TextEncoder().encode("sun");

Deno.test("HttpClient sends the Host that it is told, once, and to that origin alone", async () => {
  const heads: string[] = [];
  await using other = hostileServer(async (request, peer) => {
    heads.push(request.text);
    await peer.send(...answer("200 OK", {}, SUN));
  });
  await using server = hostileServer(async (request, peer) => {
    heads.push(request.text);
    await peer.send(...answer("302 Found", { Location: `${other.url}/b` }));
  });
  await readRange(`${server.url}/a`, { headers: { host: "virtual.example" } });
  const hosts = heads.map((head) => head.match(/^host: .*/gim));
  assertEquals(hosts, [["host: virtual.example"], [`Host: ${new URL(other.url).host}`]]);
});

Deno.test("HttpClient keeps to itself the fields whose value it alone knows", async () => {
  const warnings: string[] = [];
  await using server = hostileServer(async (_request, peer) => {
    await peer.send(...answer("200 OK", {}, SUN));
  });
  await readRange(`${server.url}/a`, {
    headers: { "Content-Length": "5", range: "bytes=7-", "X-Own": "kept" },
    onWarning: (message) => warnings.push(message),
  });
  const { text } = server.requests[0]!;
  assertEquals(text.match(/^(content-length|range|x-own): .*/gim), ["X-Own: kept"]);
  assertEquals(warnings, [
    "the field Content-Length is not sent: only the client knows its value",
    "the field range is not sent: only the client knows its value",
  ]);
});

Deno.test("HttpClient names TLS where a server speaks it and http was asked for", async () => {
  await using server = hostileServer(async (_request, peer) => {
    await peer.send(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10));
    peer.close();
  });
  await assertRejects(
    () => readRange(`${server.url}/a`),
    ProtocolError,
    `Cannot read the answer of ${server.url}/a: the answer does not begin with HTTP/ but as TLS ` +
      "does: expected https:",
  );
});
