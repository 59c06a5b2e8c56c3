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
    ["something else", "something else"],
  ];
  for (const [message, reason] of cases) assertEquals(reasonOf(new Error(message)), reason);
});
