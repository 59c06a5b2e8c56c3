import { assertEquals } from "@std/assert";
import { escapeHtml } from "../../../http/pages/escape_html.ts";

Deno.test("escapeHtml() leaves nothing that HTML takes for its own", () => {
  assertEquals(
    escapeHtml(`<a href='x' id="y">R&D</a>`),
    "&lt;a href=&#39;x&#39; id=&quot;y&quot;&gt;R&amp;D&lt;/a&gt;",
  );
  assertEquals(escapeHtml("α\tβ\n\r\0\u009bγ 🌞"), "α\tβ\n\ufffd\ufffd\ufffdγ 🌞");
});
