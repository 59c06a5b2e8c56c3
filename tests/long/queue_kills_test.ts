/** Maps of 20,000 jobs over a queue whose workers, server and map are killed again and again. */

import { assert } from "@std/assert";
import { killing } from "../interop/queued_map.ts";
import { ALWAYS, EVERY_SECOND, startRedis } from "../interop/redis.ts";

/** Jobs of a few milliseconds. */
const JOBS = 20_000;

/** Kills of a run at most. */
const KILLS = 60;

for (const [name, options] of [["always", ALWAYS], ["everysec", EVERY_SECOND]] as const) {
  for (const seed of [1, 2, 3]) {
    for (const stopped of [undefined, 4_000]) {
      const how = stopped === undefined ? "killed" : "stopped for two leases";
      Deno.test(`${JOBS} jobs, appendfsync ${name}, workers ${how}, seed ${seed}`, async () => {
        await using redis = await startRedis(options);
        const start = performance.now();
        const killed = await killing(redis, JOBS, seed, KILLS, stopped);
        const seconds = ((performance.now() - start) / 1_000).toFixed(1);
        console.log(`${name}, seed ${seed}, ${how}: ${JSON.stringify(killed)} in ${seconds} s`);
        assert(killed.worker + killed.server + killed.map >= 20, JSON.stringify(killed));
      });
    }
  }
}
