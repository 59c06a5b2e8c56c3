#!/usr/bin/env node
// Runs the command `heliograph` in Deno, which comes as a dependency.
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { join } = require("node:path");
const { runInstall } = require("deno/install_api.cjs");

const permissions = ["--allow-net", "--allow-read", "--allow-write", "--allow-env"];
const cli = join(__dirname, "..", "cli.ts");
const program = process.env.npm_command === "exec" ? "npx heliograph" : "heliograph";
const child = spawn(
  runInstall(),
  ["run", "--quiet", "--no-config", "--no-lock", ...permissions, cli, ...process.argv.slice(2)],
  { stdio: "inherit", env: { ...process.env, HELIOGRAPH_PROGRAM: program } },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(`heliograph: cannot start Deno: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
