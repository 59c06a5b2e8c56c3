import { takeTests } from "../support/suite.ts";

const OTHER_SUITES = ["net", "http", "fits", "rpc", "station", "commands"];

// Those beside the suites have their own tasks.
await takeTests("", [...OTHER_SUITES, "interop", "long"]);
