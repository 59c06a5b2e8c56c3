/**
 * The module of a thread. A thread with limits of its memory is loaded from a file or from
 * data; where this program came from a server, the data is a module that imports it there.
 *
 * @param module The module's URL.
 */
export function threadModule(module: URL): URL {
  if (module.protocol === "file:") return module;
  return new URL(`data:text/javascript,import ${encodeURIComponent(JSON.stringify(module.href))}`);
}
