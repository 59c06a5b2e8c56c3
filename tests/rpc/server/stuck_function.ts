import type { LanguageFunction } from "../../../rpc/mod.ts";

/** Milliseconds after which it gives up: a test that fails leaves no thread. */
const MAX_MS = 60_000;

/** A function for the workers of a test that hears nothing until there is a file of that name. */
const stuck: LanguageFunction = ([path]) => {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const start = performance.now();
  while (performance.now() - start < MAX_MS) {
    try {
      Deno.statSync(String(path!.data[0]));
      return 1;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      Atomics.wait(word, 0, 0, 20);
    }
  }
  return 0;
};

export default stuck;
