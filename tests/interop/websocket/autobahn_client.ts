/**
 * The client that the Autobahn test suite's `wstest -m fuzzingserver` wants: it asks for
 * the number of cases, echoes in each of them, and has the reports written.
 *
 * deno run --allow-net tests/interop/websocket/autobahn_client.ts [ws://127.0.0.1:9001] [AGENT]
 */

import { connectWebSocket } from "../../../http/mod.ts";
import { HeliographError } from "../../../net/mod.ts";

const [server = "ws://127.0.0.1:9001", agent = "heliograph"] = Deno.args;
const OPTIONS = { maxMessageSize: 2 ** 28, compression: { threshold: 0 } } as const;

/** What a case is sent, back to it, until it closes the connection. */
async function runCase(number: number): Promise<void> {
  const connection = await connectWebSocket(
    `${server}/runCase?case=${number}&agent=${encodeURIComponent(agent)}`,
    OPTIONS,
  );
  try {
    for await (const message of connection) {
      await connection.send(await message.bytes(), { kind: message.kind });
    }
  } catch (error) {
    // Many cases break the protocol on purpose; the server judges what it saw.
    if (!(error instanceof HeliographError)) throw error;
  }
  await connection.close();
}

const asking = await connectWebSocket(`${server}/getCaseCount`);
const count = Number(await (await asking.receive())?.text());
await asking.close();
for (let number = 1; number <= count; number++) await runCase(number);
const reporting = await connectWebSocket(
  `${server}/updateReports?agent=${encodeURIComponent(agent)}`,
);
await reporting.close();
console.log(`${count} cases`);
