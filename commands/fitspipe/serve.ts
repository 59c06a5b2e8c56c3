import { FITSPIPE_PORT } from "../../fits/fitspipe/feed/protocol.ts";
import type { HttpServer, ServeHttpOptions } from "../../http/server/serve_http.ts";
import type { FeedStore } from "../../fits/fitspipe/feed/store.ts";
import { serveFitspipe } from "../../fits/fitspipe/server.ts";
import { formatAddress } from "../../net/socket.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { announce, whoCanReach } from "../program/listening.ts";
import { errorText } from "../program/error_text.ts";
import { EVENT_FLAGS } from "./event_flags.ts";
import { type FeedSource, parseFeedFolder, parseSimulation, runFeed } from "./feed_sources.ts";

/** `heliograph fitspipe serve`: the server, with feeds from files and from a camera that is none. */
export const command: Command = defineCommand({
  name: "fitspipe serve",
  summary: "Serve feeds of FITS frames",
  usage: "",
  arguments: [0, 0],
  flags: {
    host: { type: "string", value: "H", help: "address to listen on", default: "127.0.0.1" },
    port: { type: "port", value: "PORT", help: "port, 0 for any", default: FITSPIPE_PORT },
    depth: { type: "count", value: "N", help: "frames kept for each feed", default: 64 },
    "max-memory": { type: "size", help: "memory for all frames", default: 1_073_741_824 },
    feed: { type: "strings", value: "NAME=DIR", help: "replay the FITS files of a folder" },
    rate: { type: "number", value: "FPS", help: "frames per second of --feed", default: 10 },
    loop: { type: "boolean", help: "repeat --feed when it ends" },
    simulate: { type: "strings", value: "NAME=WxH@FPS", help: "simulate a camera" },
    http: { type: "port", value: "PORT", help: "show the feeds in a browser on this port" },
    "allow-host": {
      type: "strings",
      value: "NAME",
      help: "another name of this server, for --http",
    },
    ...EVENT_FLAGS,
    "allow-shutdown": { type: "boolean", help: "let clients stop the server" },
  },
  environment: true,
  example: "fitspipe serve --simulate default=640x480@30",
  permissions: ["--allow-net=127.0.0.1:9999"],
  furtherPermissions:
    "--allow-read=DIR for --feed, --allow-net=127.0.0.1 --allow-read=. for --http, " +
    "--allow-net=HOST:PORT --allow-env=HELIOGRAPH_REDIS_*,AWS_* for --events and --archive",
  async run(context) {
    const { flags, signal, report, detail, complain } = context;
    const { host, depth, rate, "max-memory": maxMemory } = flags;
    if (!(rate > 0)) throw new UsageError(`--rate is '${rate}', expected a number above 0`);
    const simulations = flags.simulate.map((text) => parseSimulation(text, maxMemory));
    const folders = flags.feed.map((text) => parseFeedFolder(text, rate, flags.loop));
    const sources: FeedSource[] = [...await Promise.all(folders), ...simulations];
    await using server = serveFitspipe({
      hostname: host,
      port: flags.port,
      depth,
      maxMemory,
      allowShutdown: flags["allow-shutdown"],
      signal,
      log: detail,
    });
    const url = `tcp://${formatAddress({ transport: "tcp", ...server.address })}`;
    const view = flags.http === undefined ? undefined : await showFeeds(server.store, {
      hostname: host,
      port: flags.http,
      allowHosts: flags["allow-host"],
      signal,
    });
    if (flags.archive !== undefined && flags.events === undefined) {
      throw new UsageError("--archive needs --events: it is what tells where a frame is kept");
    }
    await using _events = flags.events === undefined
      ? undefined
      : await (await loadAnnouncing()).announceFrames(context, server.store, server.address);
    announce(context, url);
    if (view !== undefined) announce(context, view.url);
    void server.finished.then(() => view?.shutdown());
    whoCanReach(host, url, "put and read frames").forEach(report);
    const ended = new AbortController();
    void server.finished.then(() => ended.abort());
    const feeds = sources.map(async (source) => {
      try {
        await runFeed(source, server.address, AbortSignal.any([signal, ended.signal]));
      } catch (error) {
        if (!signal.aborted && !ended.signal.aborted) {
          complain(`feed ${source.name}: ${errorText(error)}`);
        }
      }
    });
    await server.finished;
    await Promise.all(feeds);
  },
});

/** What announces frames is loaded when it is asked for. */
async function loadAnnouncing(): Promise<typeof import("./announce.ts")> {
  return await import(import.meta.resolve("./announce.ts"));
}

/** Serves pictures of the feeds; what does so is loaded when it is asked for. */
async function showFeeds(store: FeedStore, options: ServeHttpOptions): Promise<HttpServer> {
  const { feedView }: typeof import("../../fits/fitspipe/view.ts") = await import(
    import.meta.resolve("../../fits/fitspipe/view.ts")
  );
  const { serveHttp }: typeof import("../../http/server/serve_http.ts") = await import(
    import.meta.resolve("../../http/server/serve_http.ts")
  );
  return await serveHttp(options, feedView(store));
}
