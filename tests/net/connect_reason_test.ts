import { assertEquals } from "@std/assert";
import { reasonOf } from "../../net/connect_reason.ts";

Deno.test("reasonOf() puts what the platform says of certificates into plain words", () => {
  const cases: [message: string, reason: string][] = [
    [
      "invalid peer certificate: certificate expired: verification time 1795269902 (UNIX), but " +
      "certificate is not valid after 1580515200 (214754702 seconds ago)",
      "its certificate has expired",
    ],
    [
      "invalid peer certificate: certificate not valid yet: verification time 1 (UNIX)",
      "its certificate is not valid yet",
    ],
    [
      "invalid peer certificate: UnknownIssuer",
      "its certificate is of no authority that is trusted here",
    ],
    [
      "received corrupt message of type InvalidContentType",
      "the server does not answer in TLS",
    ],
    [
      'invalid peer certificate: certificate not valid for name "localhost"; certificate is only ' +
      'valid for DnsName("elsewhere.example") or DnsName("www.elsewhere.example")',
      "its certificate is for another name: elsewhere.example, www.elsewhere.example",
    ],
    ["invalid peer certificate: NotValidForName", "its certificate is for another name"],
    [
      "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
      "its certificate is that of an authority (CA:TRUE), expected one of a server (CA:FALSE)",
    ],
    ["invalid peer certificate: BadSignature", "its certificate is not valid"],
    ["received fatal alert: ProtocolVersion", "the server speaks no TLS of version 1.2 or 1.3"],
    [
      "received fatal alert: CertificateRequired",
      "the server wants a certificate of the client, who has none",
    ],
    [
      "received fatal alert: HandshakeFailure",
      "the server refuses the handshake: it offers no cipher of today, or wants a certificate of " +
      "the client",
    ],
    ["received fatal alert: UnrecognisedName", "the server has no certificate for this name"],
    ["received fatal alert: InternalError", "the server broke off the TLS connection"],
    ["something else", "something else"],
  ];
  for (const [message, reason] of cases) assertEquals(reasonOf(new Error(message)), reason);
});
