import { assertEquals } from "@std/assert";
import { HeaderFields } from "../../../http/message/header_fields.ts";
import { refuseForeign } from "../../../station/api/foreign.ts";

Deno.test("refuseForeign() lets through programs, the station's own pages, and links that are followed", () => {
  const cases: [method: string, fields: Record<string, string>, refused: boolean][] = [
    ["GET", {}, false],
    ["POST", {}, false],
    ["GET", { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors" }, false],
    ["GET", { "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate" }, false],
    [
      "GET",
      {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
      },
      false,
    ],
    [
      "POST",
      {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
      },
      true,
    ],
    [
      "GET",
      { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe" },
      true,
    ],
    ["GET", {
      "Sec-Fetch-Site": "cross-site",
      "Sec-Fetch-Mode": "no-cors",
      "Sec-Fetch-Dest": "image",
    }, true],
    ["GET", { "Sec-Fetch-Site": "cross-site" }, true],
  ];
  for (const [method, fields, refused] of cases) {
    const answer = refuseForeign({ method, fields: new HeaderFields(fields) });
    assertEquals(answer?.status, refused ? 403 : undefined, JSON.stringify([method, fields]));
  }
});
