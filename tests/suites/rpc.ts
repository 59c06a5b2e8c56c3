import { takeTests } from "../support/suite.ts";

await takeTests("rpc/");
