import type { LanguageFunction } from "../../../rpc/mod.ts";

/** A function for the workers of a test that never ends and leaves its thread free. */
const waits: LanguageFunction = () => new Promise<number>(() => {});

export default waits;
