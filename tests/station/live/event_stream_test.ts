import { assert, assertEquals } from "@std/assert";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { EventBus } from "../../../station/live/bus.ts";
import { EventStreams } from "../../../station/live/event_stream.ts";
import { until } from "../../support/until.ts";

const places = { home: "/", problems: "/problems" };

/** A server of events, and readers of it. */
async function served(stillHere?: number) {
  const bus = new EventBus();
  const streams = new EventStreams({ bus, places, trustProxy: false, stillHere });
  const server = await serveHttp({ port: 0 }, (request) => streams.handle(request));
  const open = async (query = "", headers: Record<string, string> = {}) => {
    const end = new AbortController();
    const response = await fetch(server.url + query, { headers, signal: end.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    return {
      response,
      /** Reads until a text has come, and gives all of it. */
      read: async (wanted: string) => {
        while (!text.includes(wanted)) text += (await reader.read()).value ?? "";
        return text;
      },
      close: async () => {
        end.abort();
        await reader.cancel().catch(() => {});
      },
    };
  };
  return { bus, url: server.url, open, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("/events tells what happens, of the topics that are asked for", async () => {
  await using server = await served();
  const { bus } = server;
  const stream = await server.open("?topics=pictures,feeds");
  assertEquals(stream.response.headers.get("content-type"), "text/event-stream");
  assertEquals(stream.response.headers.get("x-accel-buffering"), "no");
  await stream.read("id: 0\n\n");
  bus.publish("status", "status", { a: 1 });
  bus.publish("pictures", "picture", { name: "a\nb" });
  const text = await stream.read("picture");
  assertEquals(
    text,
    'retry: 2000\nid: 0\n\nevent: picture\nid: 2\ndata: {"name":"a\\nb"}\n\n',
  );
  await stream.close();
  await until(() => bus.listeners === 0, "the stream has ended");
});

Deno.test("/events goes on after the last event that is known, or begins anew", async () => {
  await using server = await served();
  const { bus } = server;
  for (let i = 1; i <= 1_500; i++) bus.publish("feeds", "frame", { i });
  const cases: [last: string, expected: string][] = [
    ["1499", 'event: frame\nid: 1500\ndata: {"i":1500}\n\n'],
    ["100", "event: reset\nid: 1500\ndata: {}\n\n"],
    ["9999", "event: reset\nid: 1500\ndata: {}\n\n"],
  ];
  for (const [last, expected] of cases) {
    const stream = await server.open("", { "Last-Event-ID": last });
    const text = await stream.read(expected);
    assertEquals(text, `retry: 2000\nid: 1500\n\n${expected}`);
    await stream.close();
  }
});

Deno.test("/events says that it is still here, and refuses a fifth stream of an address", async () => {
  await using server = await served(1);
  const streams = [];
  for (let i = 0; i < 4; i++) streams.push(await server.open());
  await streams[0]!.read(": still here\n\n");
  const fifth = await fetch(server.url);
  assertEquals([fifth.status, (await fifth.json()).type], [429, "/problems#busy"]);
  await streams[0]!.close();
  await until(() => server.bus.listeners === 3, "the first has ended");
  const again = await server.open();
  assertEquals(again.response.status, 200);
  for (const stream of [again, ...streams.slice(1)]) await stream.close();
  const wrong = await fetch(`${server.url}?topics=plaid`);
  const problem = await wrong.json();
  assertEquals([wrong.status, problem.parameter], [400, "topics"]);
  assert(problem.detail.includes("pictures,feeds,files,status"));
});
