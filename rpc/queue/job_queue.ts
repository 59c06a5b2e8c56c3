/** A queue of jobs on a server of Redis or Valkey: what maps and workers do there. */

import { createHash } from "node:crypto";
import { HeliographError } from "../../net/errors.ts";
import type { QueueAddress } from "../../net/redis/address.ts";
import { type PatientOptions, PatientRedis, RedisError } from "../../net/redis/patient.ts";
import type { CommandWord, Reply } from "../../net/redis/replies.ts";
import type { MapJob } from "../map/work.ts";
import {
  entriesOf,
  entriesOfFirst,
  idBehind,
  isBefore,
  type StreamEntry,
} from "../../net/redis/streams.ts";
import { GROUP, QUEUE_VERSION, QueueKeys } from "./layout.ts";
import { AGAIN, ENQUEUE, FINISH, LEAVE, MAP_SECONDS } from "./scripts.ts";

/** What became of a job: its number, its entry, its line. */
export interface FinishedJob {
  readonly number: number;
  readonly id: string;
  readonly text: string;
}

/** A job whose worker gives no sign of life. */
export interface SilentJob {
  readonly entry: StreamEntry;
  /** How many workers have had it. */
  readonly deliveries: number;
  /** The last of them. */
  readonly worker: string;
}

/** What a map is in the queue. */
export interface QueuedMap {
  readonly id: string;
  readonly expression: string;
  readonly options: string;
}

/** A queue as it is now, under the names that `--json` prints. */
export interface QueueState {
  readonly waiting: number;
  readonly running: number;
  readonly workers: readonly { readonly name: string; readonly seconds: number }[];
  readonly maps: readonly {
    readonly id: string;
    readonly expression: string;
    /** The last number that is enqueued. */
    readonly sent: number;
    readonly done: number;
    /** Lines that the map has not fetched. */
    readonly lines: number;
  }[];
}

/** A queue. What is asked waits while the server is away. */
export class JobQueue implements Disposable {
  readonly keys: QueueKeys;
  readonly shown: string;
  readonly #redis: PatientRedis;

  /**
   * Begins without a connection.
   *
   * @param address The queue.
   * @param options Who asks, and how long is waited.
   */
  constructor(address: QueueAddress, options: PatientOptions) {
    this.keys = new QueueKeys(address.name);
    this.shown = address.shown;
    this.#redis = new PatientRedis(address, options);
  }

  /** Ends the connection. */
  [Symbol.dispose](): void {
    this.#redis[Symbol.dispose]();
  }

  /** Asks the server itself. */
  ask(...words: readonly CommandWord[]): Promise<Reply> {
    return this.#redis.ask(...words);
  }

  /**
   * Checks that the server keeps what it is given, and makes the group of workers.
   *
   * @param anyPolicy Whether a server may forget keys when its memory is full.
   * @throws {HeliographError} If it may forget, or the queue's keys are something else.
   */
  async prepare(anyPolicy: boolean): Promise<void> {
    if (!anyPolicy) {
      const info = String(await this.ask("INFO", "memory"));
      const [, policy] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
      if (policy !== undefined && policy !== "noeviction") {
        throw new HeliographError(
          `Cannot use the queue ${this.shown}: its server forgets keys when memory is full, ` +
            `maxmemory-policy is ${policy}, expected noeviction; --any-policy takes the risk`,
        );
      }
    }
    try {
      await this.makeGroup();
    } catch (error) {
      if (!(error instanceof RedisError) || error.code !== "WRONGTYPE") throw error;
      const type = await this.ask("TYPE", this.keys.jobs);
      throw new HeliographError(
        `Cannot use the queue ${this.shown}: ${this.keys.jobs} is a ${type}, expected a stream`,
      );
    }
  }

  /** Makes the group of workers, and the stream, where they are not there. */
  async makeGroup(): Promise<void> {
    try {
      await this.ask("XGROUP", "CREATE", this.keys.jobs, GROUP, "0", "MKSTREAM");
    } catch (error) {
      // Where memory is full, the map has made it; if not, the worker is told.
      if (!(error instanceof RedisError) || !/^(BUSYGROUP|OOM)$/.test(error.code)) throw error;
    }
  }

  async #script(text: string, keys: readonly string[], ...words: CommandWord[]): Promise<Reply> {
    const rest = [keys.length, ...keys, ...words];
    try {
      return await this.ask("EVALSHA", digestOf(text), ...rest);
    } catch (error) {
      if (!(error instanceof RedisError) || error.code !== "NOSCRIPT") throw error;
      return await this.ask("EVAL", text, ...rest);
    }
  }

  // What maps do.

  /**
   * Says what a map computes.
   *
   * @param map The map.
   * @param sent The last number that was enqueued, where the server does not know it.
   * @returns The last number that was enqueued, as the server knows it.
   */
  async openMap(map: QueuedMap, sent: number): Promise<number> {
    const key = this.keys.map(map.id);
    const { expression, options, id } = map;
    const now = new Date().toISOString();
    await this.ask("HSETNX", key, "created", now);
    await this.ask("HSETNX", key, "sent", sent);
    await this.ask(
      ...["HSET", key, "v", QUEUE_VERSION, "expression", expression],
      ...["options", options, "state", "open"],
    );
    await this.ask("ZADD", this.keys.maps, "NX", Date.now(), id);
    await this.renewMap(id);
    const known = Number(await this.ask("HGET", key, "sent"));
    return Number.isSafeInteger(known) ? known : sent;
  }

  /** Has the keys of a map live on. */
  async renewMap(id: string): Promise<void> {
    const keys = [this.keys.map(id), this.keys.done(id), this.keys.results(id)];
    await Promise.all(keys.map((key) => this.ask("EXPIRE", key, MAP_SECONDS)));
  }

  /**
   * Takes the keys of a map away; its entries are dropped by the workers that get them.
   *
   * @returns Whether it was there.
   */
  async closeMap(id: string): Promise<boolean> {
    const { keys } = this;
    await this.ask("ZREM", keys.maps, id);
    return await this.ask("UNLINK", keys.map(id), keys.done(id), keys.results(id)) !== 0;
  }

  /**
   * Enqueues jobs, in ascending order; those that were enqueued before are not added.
   *
   * @throws {RedisError} `NOMAP` if the server does not know the map, `OOM` if its memory is full.
   */
  async enqueue(id: string, jobs: readonly MapJob[]): Promise<void> {
    const words = jobs.flatMap(({ number, input }) => [number, input]);
    await this.#script(ENQUEUE, [this.keys.jobs, this.keys.map(id)], id, ...words);
  }

  /** Enqueues jobs whose lines were lost. */
  async enqueueAgain(id: string, jobs: readonly MapJob[]): Promise<void> {
    const words = jobs.flatMap(({ number, input }) => [number, input]);
    const keys = [this.keys.jobs, this.keys.map(id), this.keys.done(id)];
    await this.#script(AGAIN, keys, id, ...words);
  }

  /** Whether all jobs of a map have left the queue. */
  async isDrained(id: string): Promise<boolean> {
    const last = await this.ask("HGET", this.keys.map(id), "last");
    const [first] = entriesOf(await this.ask("XRANGE", this.keys.jobs, "-", "+", "COUNT", 1));
    return first === undefined || typeof last !== "string" || isBefore(last, first.id);
  }

  /**
   * Reads lines of results.
   *
   * @param id The map.
   * @param after The entry behind which they stand.
   * @param count How many at most.
   * @param block Milliseconds to wait for the first one; undefined for not at all.
   */
  async results(
    id: string,
    after: string,
    count: number,
    block: number | undefined,
  ): Promise<StreamEntry[]> {
    const wait = block === undefined ? [] : ["BLOCK", block];
    return entriesOfFirst(
      await this.ask("XREAD", "COUNT", count, ...wait, "STREAMS", this.keys.results(id), after),
    );
  }

  /** Takes lines away, up to and with one. */
  async trimResults(id: string, last: string): Promise<void> {
    await this.ask("XTRIM", this.keys.results(id), "MINID", idBehind(last));
  }

  /** How many workers have given a sign of life for a while. */
  async countWorkers(milliseconds: number): Promise<number> {
    const since = Date.now() - milliseconds;
    return Number(await this.ask("ZCOUNT", this.keys.workers, since, "+inf"));
  }

  // What workers do.

  /**
   * Takes jobs that no one has.
   *
   * @param worker Who takes them.
   * @param count How many at most.
   * @param block Milliseconds to wait for the first one.
   */
  async take(worker: string, count: number, block: number): Promise<StreamEntry[]> {
    const group = ["GROUP", GROUP, worker, "COUNT", count, "BLOCK", block];
    return entriesOfFirst(await this.ask("XREADGROUP", ...group, "STREAMS", this.keys.jobs, ">"));
  }

  /**
   * The jobs whose workers give no sign of life.
   *
   * @param lease Milliseconds without a sign.
   * @param count How many at most.
   */
  async silent(lease: number, count: number): Promise<SilentJob[]> {
    const words = ["XPENDING", this.keys.jobs, GROUP, "IDLE", lease, "-", "+", count];
    const reply = await this.ask(...words);
    const found = (Array.isArray(reply) ? reply : []).flatMap((part) =>
      Array.isArray(part)
        ? [{ id: String(part[0]), worker: String(part[1]), deliveries: Number(part[3]) }]
        : []
    );
    const entries = await Promise.all(
      found.map(async ({ id }) => entriesOf(await this.ask("XRANGE", this.keys.jobs, id, id))[0]),
    );
    const silent: SilentJob[] = [];
    for (const [i, { id, deliveries, worker }] of found.entries()) {
      const entry = entries[i];
      if (entry !== undefined) silent.push({ entry, deliveries, worker });
      // It was taken out of the queue by someone else: it is nothing.
      else await this.ask("XACK", this.keys.jobs, GROUP, id);
    }
    return silent;
  }

  /**
   * Takes over jobs whose workers give no sign of life.
   *
   * @param worker Who takes them over.
   * @param lease Milliseconds without a sign.
   * @param ids Which.
   * @returns Those that no one else has taken over meanwhile.
   */
  async claim(worker: string, lease: number, ids: readonly string[]): Promise<StreamEntry[]> {
    if (ids.length === 0) return [];
    return entriesOf(await this.ask("XCLAIM", this.keys.jobs, GROUP, worker, lease, ...ids));
  }

  /** Says that jobs are still worked on. */
  async pulse(worker: string, ids: readonly string[]): Promise<void> {
    try {
      await this.ask("ZADD", this.keys.workers, Date.now(), worker);
    } catch (error) {
      // It is not counted while the server's memory is full; its jobs are still its own.
      if (!(error instanceof RedisError) || error.code !== "OOM") throw error;
    }
    if (ids.length === 0) return;
    await this.ask("XCLAIM", this.keys.jobs, GROUP, worker, 0, ...ids, "JUSTID");
  }

  /**
   * Gives jobs back, so that others have them at once.
   *
   * @param worker Who gives them back.
   * @param jobs Which, and how often each was delivered before.
   * @param lease Milliseconds without a sign of life after which others take them.
   */
  async giveBack(
    worker: string,
    jobs: readonly { readonly id: string; readonly deliveries: number }[],
    lease: number,
  ): Promise<void> {
    await this.ask("ZREM", this.keys.workers, worker);
    const byCount = new Map<number, string[]>();
    for (const { id, deliveries } of jobs) {
      byCount.set(deliveries, [...byCount.get(deliveries) ?? [], id]);
    }
    for (const [count, ids] of byCount) {
      const words = ["IDLE", lease, "RETRYCOUNT", count, "JUSTID"];
      await this.ask("XCLAIM", this.keys.jobs, GROUP, worker, 0, ...ids, ...words);
    }
    await this.leave(worker);
  }

  /** Forgets a worker that has no jobs. */
  async leave(worker: string): Promise<void> {
    await this.#script(LEAVE, [this.keys.jobs, this.keys.workers], GROUP, worker);
  }

  /** How many workers have died while they did a job alone. */
  async deaths(id: string): Promise<number> {
    const count = Number(await this.ask("HGET", this.keys.alone, id) ?? 0);
    return Number.isSafeInteger(count) ? count : 0;
  }

  /** Says how many workers will have died of a job if this one does, before it begins it alone. */
  async setDeaths(id: string, count: number): Promise<void> {
    try {
      await this.ask("HSET", this.keys.alone, id, count);
      await this.ask("EXPIRE", this.keys.alone, MAP_SECONDS);
    } catch (error) {
      // It is not counted while the server's memory is full.
      if (!(error instanceof RedisError) || error.code !== "OOM") throw error;
    }
  }

  /** Hands in the lines of jobs. */
  async finish(map: string, jobs: readonly FinishedJob[]): Promise<void> {
    const { keys } = this;
    const words = jobs.flatMap(({ number, id, text }) => [number, id, text]);
    const names = [keys.jobs, keys.map(map), keys.done(map), keys.results(map), keys.alone];
    await this.#script(FINISH, names, GROUP, ...words);
  }

  /** The ids of the jobs that a worker has, as the server knows it. */
  async held(worker: string): Promise<string[]> {
    const words = [this.keys.jobs, GROUP, "-", "+", 10_000, worker];
    let reply: Reply;
    try {
      reply = await this.ask("XPENDING", ...words);
    } catch (error) {
      // Someone has taken the queue away.
      if (!(error instanceof RedisError) || error.code !== "NOGROUP") throw error;
      return [];
    }
    if (!Array.isArray(reply)) return [];
    return reply.flatMap((entry) => Array.isArray(entry) ? [String(entry[0])] : []);
  }

  /** Takes an entry out of the queue that belongs to no map. */
  async discard(id: string): Promise<void> {
    // In this order: an entry that is in no one's list is never delivered, and would stay for ever.
    await this.ask("XDEL", this.keys.jobs, id);
    await this.ask("XACK", this.keys.jobs, GROUP, id);
    await this.ask("HDEL", this.keys.alone, id);
  }

  /**
   * Has entries delivered again that are in no one's list although they were delivered: someone
   * has deleted their worker from the group. Those that are done meanwhile add nothing.
   */
  async redeliver(): Promise<void> {
    const [first] = entriesOf(await this.ask("XRANGE", this.keys.jobs, "-", "+", "COUNT", 1));
    if (first === undefined) return;
    try {
      const groups = await this.ask("XINFO", "GROUPS", this.keys.jobs);
      for (const words of Array.isArray(groups) ? groups : []) {
        const group = fieldsOf(words);
        const delivered = group.get("last-delivered-id");
        if (group.get("name") !== GROUP || group.get("pending") !== 0) continue;
        if (typeof delivered !== "string" || isBefore(delivered, first.id)) continue;
        await this.ask("XGROUP", "SETID", this.keys.jobs, GROUP, "0");
      }
    } catch (error) {
      // All of it has gone meanwhile: there is nothing to deliver.
      if (!(error instanceof RedisError) || error.code !== "ERR") throw error;
    }
  }

  /** The expression and the options of a map; undefined if there is none. */
  async map(id: string): Promise<QueuedMap | undefined> {
    const reply = await this.ask("HMGET", this.keys.map(id), "v", "expression", "options");
    const [version, expression, options] = Array.isArray(reply) ? reply : [];
    if (typeof expression !== "string" || typeof options !== "string") return undefined;
    if (version === QUEUE_VERSION) return { id, expression, options };
    throw new HeliographError(
      `Cannot use the queue ${this.shown}: ${this.keys.map(id)} is of version ${version}, ` +
        `expected ${QUEUE_VERSION}`,
    );
  }

  /** What waits and runs, who works, and on what. */
  async state(): Promise<QueueState> {
    const { keys } = this;
    const length = Number(await this.ask("XLEN", keys.jobs));
    const pending = length === 0 ? [0] : await this.#pending();
    const running = Array.isArray(pending) ? Number(pending[0]) : 0;
    const seen = await this.ask("ZRANGE", keys.workers, 0, -1, "WITHSCORES");
    const workers = [];
    for (let i = 0; Array.isArray(seen) && i + 1 < seen.length; i += 2) {
      const seconds = Math.max(0, Math.round((Date.now() - Number(seen[i + 1])) / 1_000));
      workers.push({ name: String(seen[i]), seconds });
    }
    const ids = await this.ask("ZRANGE", keys.maps, 0, -1);
    const maps = [];
    for (const id of Array.isArray(ids) ? ids.map(String) : []) {
      const map = await this.map(id);
      // Its keys have gone with their time.
      if (map === undefined) await this.ask("ZREM", keys.maps, id);
      else {
        maps.push({
          ...{ id, expression: map.expression },
          sent: Number(await this.ask("HGET", keys.map(id), "sent")),
          done: Number(await this.ask("BITCOUNT", keys.done(id))),
          lines: Number(await this.ask("XLEN", keys.results(id))),
        });
      }
    }
    return { waiting: Math.max(0, length - running), running, workers, maps };
  }

  async #pending(): Promise<Reply> {
    try {
      return await this.ask("XPENDING", this.keys.jobs, GROUP);
    } catch (error) {
      if (error instanceof RedisError && error.code === "NOGROUP") return [0];
      throw error;
    }
  }

  /** Whether nothing waits or runs. */
  async isEmpty(): Promise<boolean> {
    return await this.ask("XLEN", this.keys.jobs) === 0;
  }
}

/** Names and values that stand in turn in a reply. */
function fieldsOf(words: Reply): ReadonlyMap<unknown, Reply> {
  const fields = new Map<unknown, Reply>();
  if (!Array.isArray(words)) return fields;
  for (let i = 0; i + 1 < words.length; i += 2) fields.set(words[i], words[i + 1]!);
  return fields;
}

function digestOf(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
