/** What happens at the station, heard while the page is seen, however often the station ends. */

/** Milliseconds after which a stream that a browser has given up is opened again. */
const AGAIN_MS = 2_000;

/** What is heard, by the names of events; `open` and `error` are those of the stream. */
export type EventHandlers = Readonly<Record<string, (event: MessageEvent<string>) => void>>;

/**
 * Listens to a stream of events: while the page is hidden it is closed, since browsers have few
 * connections for a host. An answer that is none, such as that of a proxy whose station is away,
 * ends a stream for good: then another is opened.
 *
 * @param address The stream.
 * @param handlers What is called.
 */
export function hearEvents(address: string, handlers: EventHandlers): void {
  let stream: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    clearTimeout(again);
    stream?.close();
    stream = undefined;
  };
  const open = () => {
    if (document.hidden || stream !== undefined) return;
    const own = stream = new EventSource(address);
    for (const [name, handler] of Object.entries(handlers)) {
      own.addEventListener(name, handler as EventListener);
    }
    own.addEventListener("error", () => {
      if (own.readyState !== EventSource.CLOSED || own !== stream) return;
      close();
      again = setTimeout(open, AGAIN_MS);
    });
  };
  document.addEventListener("visibilitychange", () => document.hidden ? close() : open());
  open();
}
