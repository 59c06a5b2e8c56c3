/** Connections to the array server whose variables stay from one command to the next. */

import { ArrayClient } from "../../rpc/client/array_client.ts";
import { ProblemError } from "../api/problem.ts";

/** Sessions at one time; of who has most of them the one that has been silent for longest ends. */
const MAX_SESSIONS = 16;
/** A session that says nothing for so long ends, in milliseconds. */
const MAX_IDLE_MS = 600_000;

/** A session. */
interface Session {
  /** Who has begun it. */
  readonly owner: string;
  readonly client: Promise<ArrayClient>;
  usedAt: number;
  /** Commands that run. */
  running: number;
}

/** Options of {@linkcode ConsoleSessions}. */
export interface ConsoleSessionOptions {
  /** Where the array server is; undefined while it does not listen. */
  readonly server: () => string | undefined;
  /** What the array server asks for. */
  readonly token?: string | undefined;
  /** The clock, in milliseconds. @default {Date.now} */
  readonly now?: (() => number) | undefined;
}

/** A connection that is used for one command. */
export interface SessionUse extends AsyncDisposable {
  readonly client: ArrayClient;
}

/** Keeps connections by the names of sessions. */
export class ConsoleSessions implements AsyncDisposable {
  readonly #options: ConsoleSessionOptions;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();

  /**
   * Makes a collection without sessions.
   *
   * @param options The server.
   */
  constructor(options: ConsoleSessionOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Sessions that are open. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * A connection for a command.
   *
   * @param name Whose variables it has; undefined has its own, for the command alone.
   * @param owner Who asks: one that begins many sessions ends its own first.
   * @throws {ProblemError} If the array server does not listen.
   */
  async use(name: string | undefined, owner = ""): Promise<SessionUse> {
    this.#endIdle();
    if (name === undefined) {
      const client = await this.#connect();
      return { client, [Symbol.asyncDispose]: () => client.close() };
    }
    let session = this.#sessions.get(name);
    if (session === undefined) {
      // Before there is a connection, which no one would end.
      this.#trim(owner);
      session = { owner, client: this.#connect(), usedAt: this.#now(), running: 0 };
    }
    // A Map keeps the order of insertion: the session becomes the youngest.
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    session.usedAt = this.#now();
    session.running++;
    const own = session;
    const end = () => {
      own.running--;
      own.usedAt = this.#now();
    };
    try {
      const client = await own.client;
      return {
        client,
        [Symbol.asyncDispose]: () => {
          end();
          return Promise.resolve();
        },
      };
    } catch (error) {
      end();
      if (this.#sessions.get(name) === own) this.#sessions.delete(name);
      throw error;
    }
  }

  /**
   * Ends a session whose connection has broken; another that has its name by now goes on.
   *
   * @param name Its name.
   * @param client The connection.
   */
  async forget(name: string, client: ArrayClient): Promise<void> {
    const session = this.#sessions.get(name);
    if (session !== undefined && await session.client === client) this.#end(name, session);
  }

  #end(name: string, session: Session): void {
    if (this.#sessions.get(name) === session) this.#sessions.delete(name);
    session.client.then((client) => client.close(), () => {});
  }

  async #connect(): Promise<ArrayClient> {
    const url = this.#options.server();
    if (url === undefined) {
      throw new ProblemError(503, "busy", "the array server does not listen yet");
    }
    return await ArrayClient.connect(url, { token: this.#options.token, deadline: 10_000 });
  }

  /** Makes room for one more of an owner, at the cost of who has most. */
  #trim(owner: string): void {
    if (this.#sessions.size < MAX_SESSIONS) return;
    const counts = new Map([[owner, 1]]);
    for (const { owner } of this.#sessions.values()) {
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    let last: [name: string, session: Session] | undefined;
    for (const entry of this.#sessions) {
      const [, session] = entry;
      const most = last === undefined ? 0 : counts.get(last[1].owner)!;
      if (session.running === 0 && counts.get(session.owner)! > most) last = entry;
    }
    if (last !== undefined) return this.#end(...last);
    throw new ProblemError(429, "busy", `${MAX_SESSIONS} sessions run commands already`);
  }

  #endIdle(): void {
    const now = this.#now();
    for (const [name, session] of this.#sessions) {
      if (session.running === 0 && now - session.usedAt > MAX_IDLE_MS) this.#end(name, session);
    }
  }

  /** Ends all sessions. */
  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(all.map(async ({ client }) => (await client).close()));
  }
}
