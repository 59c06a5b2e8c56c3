/** What happens at the station, told to all who listen, and kept for who comes back. */

/** What events are about. */
export const TOPICS = ["pictures", "feeds", "files", "status"] as const;

/** One of them. */
export type Topic = typeof TOPICS[number];

/** Something that happened. */
export interface BusEvent {
  /** Its number: one more than that of the event before. */
  readonly id: number;
  readonly topic: Topic;
  /** What it is called, such as `picture`. */
  readonly name: string;
  /** What is told, as JSON. */
  readonly data: string;
}

/** Events that are kept. */
const MAX_KEPT = 1_000;

/** Tells events on. */
export class EventBus {
  #kept: BusEvent[] = [];
  #last: number;
  readonly #listeners = new Set<(event: BusEvent) => void>();

  /**
   * Begins without events.
   *
   * @param before What the number of the first comes after. A station takes the time of its start
   * in milliseconds: who comes back with a number of the one before is told to reload.
   */
  constructor(before: number = 0) {
    this.#last = before;
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }

  /**
   * Tells of an event.
   *
   * @param topic What it is about.
   * @param name What it is called.
   * @param data What is told; it can be JSON.
   */
  publish(topic: Topic, name: string, data: unknown): void {
    const event = { id: ++this.#last, topic, name, data: JSON.stringify(data) };
    this.#kept.push(event);
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    for (const listener of [...this.#listeners]) listener(event);
  }

  /**
   * The events after one.
   *
   * @param id The number of the last that is known.
   * @returns Undefined if some of them are no longer kept, or were another station's.
   */
  since(id: number): readonly BusEvent[] | undefined {
    const oldest = this.#last - this.#kept.length;
    return id < oldest || id > this.#last ? undefined : this.#kept.slice(id - oldest);
  }

  /**
   * Hears of every event.
   *
   * @param listener What is called.
   * @returns Ends it.
   */
  listen(listener: (event: BusEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
