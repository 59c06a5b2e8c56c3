/** The fuzz tests of the message core, with ten times the rounds. */

const before = Deno.env.get("HELIOGRAPH_FUZZ");
Deno.env.set("HELIOGRAPH_FUZZ", "long");
await import("../http/message_fuzz_test.ts");
await import("../http/content_disposition_test.ts");
if (before === undefined) Deno.env.delete("HELIOGRAPH_FUZZ");
else Deno.env.set("HELIOGRAPH_FUZZ", before);
