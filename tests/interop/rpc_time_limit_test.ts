/** Commands that do not end by themselves, against the real clock and over a real connection. */

import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { ArrayClient, CallError, serveArrays } from "../../rpc/mod.ts";

const LIMIT_MS = 300;
/** How long after its limit a command may be heard of. */
const MOST_AFTER_MS = 50;
/** A busy machine makes some attempts late, a loop that looks at no clock all of them. */
const ATTEMPTS = 6;

const NUMBERS = "f = findgen(2000000L) mod 1009 & d = double(f)";

const COMMANDS: readonly string[] = [
  "while 1 do a = 1",
  "for i = 0LL, 'FFFFFFFFFFFFFFF'xLL do begin & endfor",
  "repeat a = execute('b = 1') until 0",
  "a = '' & while 1 do a = 'x' + strtrim(strlen(a), 2)",
  `${NUMBERS} & while 1 do a = sort(f)`,
  `${NUMBERS} & while 1 do a = string(d, format='(f10.3)')`,
  `${NUMBERS} & while 1 do a = svdfit(d, d, 5)`,
  `${NUMBERS} & while 1 do a = fft(f[0:1048572L])`,
  `${NUMBERS} & while 1 do a = fft(f)`,
  `${NUMBERS} & while 1 do a = gamma(d)`,
  `${NUMBERS} & while 1 do a = interpol(f[0:1008], f[0:1008], f, /spline)`,
  `${NUMBERS} & while 1 do a = watershed(bytscl(reform(f, 2000, 1000)))`,
  `${NUMBERS} & while 1 do a = median(reform(f, 2000, 1000), 31)`,
  `${NUMBERS} & while 1 do a = uniq(f)`,
];

Deno.test("commands end within 50 ms of their limit, and only their connection hears of it", async (t) => {
  await using server = await serveArrays({ port: 0, commandTimeout: LIMIT_MS, workers: 2 });
  await using guilty = await ArrayClient.connect(server.address);
  await using other = await ArrayClient.connect(server.address);
  // Workers are there from now on.
  await guilty.call("total(lindgen(2000000L))");
  for (const command of COMMANDS) {
    await t.step(command, async () => {
      let least = Infinity;
      for (let attempt = 0; attempt < ATTEMPTS && least >= MOST_AFTER_MS; attempt++) {
        const start = performance.now();
        const failed = assertRejects(() => guilty.call(command), CallError);
        assertEquals((await other.call("1 + 1"))?.data[0], 2);
        assertEquals((await failed).code, "time");
        least = Math.min(least, performance.now() - start - LIMIT_MS);
      }
      assert(least < MOST_AFTER_MS, `ended ${least} ms after its limit`);
      assertEquals((await guilty.call("2 + 2"))?.data[0], 4);
    });
  }
});
