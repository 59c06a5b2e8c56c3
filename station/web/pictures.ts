/** The page of what has arrived: a new picture is shown when it comes. */

const place = document.getElementById("pictures");

function listen(base: string, last: string): void {
  let events: EventSource | undefined;
  const open = () => {
    if (document.hidden || events !== undefined) return;
    events = new EventSource(`${base}/events?topics=pictures&last=${last}`);
    for (const name of ["picture", "reset"]) {
      events.addEventListener(name, () => location.reload());
    }
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return open();
    events?.close();
    events = undefined;
  });
  open();
}

if (place !== null) {
  listen(place.dataset.base ?? "", place.dataset.last ?? "0");
}
