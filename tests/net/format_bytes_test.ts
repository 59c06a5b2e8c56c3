import { assertEquals } from "@std/assert";
import { formatBytes } from "../../net/format_bytes.ts";

Deno.test("formatBytes() shows three digits", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [0.6, "1 B"],
    [999, "999 B"],
    [1000, "0.98 KiB"],
    [10_230, "9.99 KiB"],
    [10_240, "10.0 KiB"],
    [102_348, "99.9 KiB"],
    [102_400, "100 KiB"],
    [1_023_000, "999 KiB"],
    [1_024_000, "0.98 MiB"],
    [2 ** 50, "1.00 PiB"],
    [2 ** 60, "1024 PiB"],
  ];
  assertEquals(sizes.map(([bytes]) => formatBytes(bytes)), sizes.map(([, text]) => text));
});
