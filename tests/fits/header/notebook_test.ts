import { assertEquals } from "@std/assert";
import { decodePng, encodeFits, Header, openFits, tableHdu } from "../../../fits/mod.ts";

/** What Deno's Jupyter kernel asks an object. */
async function shown(value: object): Promise<Record<string, string>> {
  const display = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  return await (display as () => Promise<Record<string, string>>).call(value);
}

Deno.test("images, headers and tables show themselves in notebooks", async () => {
  const header = new Header().set("OBJECT", "Sun", { comment: "<b>" });
  const bytes = await encodeFits([
    { pixels: Float32Array.of(0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0), shape: [3, 2, 2], header },
    tableHdu({
      name: "T",
      columns: [
        { name: "<i>", values: ["<script>", "b"], unit: "a&b" },
        {
          name: "X",
          values: Int16Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
          shape: [7],
        },
      ],
    }),
  ]);
  await using file = await openFits(bytes);
  const image = await file.image();
  const picture = await shown(image);
  assertEquals(picture["text/plain"], "image of 3 x 2 x 2 pixels, float32");
  const { width, height } = await decodePng(Uint8Array.fromBase64(picture["image/png"]!));
  assertEquals([width, height], [3, 2]);
  // It is no part of what an image is.
  assertEquals(Object.getOwnPropertySymbols({ ...image }), []);
  const text = (await shown((await file.hdu(0)).header))["text/plain"]!.split("\n");
  assertEquals(
    text.find((line) => line.startsWith("OBJECT")),
    "OBJECT  = 'Sun     '           / <b>",
  );
  assertEquals(await shown(await file.openTable()), {
    "text/plain": "2 rows x 2 columns",
    "text/html": "<table><tr><th>&#60;i&#62; [a&#38;b]</th><th>X</th></tr>" +
      "<tr><td>&#60;script&#62;</td><td>[1, 2, 3, 4, 5, 6, ...]</td></tr>" +
      "<tr><td>b</td><td>[8, 9, 10, 11, 12, 13, ...]</td></tr></table><p>2 rows x 2 columns</p>",
  });
});
