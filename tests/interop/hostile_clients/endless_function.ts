import type { LanguageFunction } from "../../../rpc/mod.ts";

/** A function for the workers of a test that never ends and heeds nothing, or eats all memory. */
const endless: LanguageFunction = ([greedy]) => {
  const eaten: unknown[] = [];
  for (;;) if (Number(greedy!.data[0]) === 1) eaten.push(new Array(1_000).fill({}));
};

export default endless;
