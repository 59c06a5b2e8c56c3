import type { LanguageFunction } from "../../../rpc/mod.ts";

/** A function for the workers of a test: the sum of its argument. */
const sum: LanguageFunction = ([values]) => {
  let total = 0;
  for (const value of values!.data) total += Number(value);
  return total;
};

export default sum;
