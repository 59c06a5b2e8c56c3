/** Runs Debian's Python, the home of astropy (python3-astropy), on a script. */
export async function python(script: string, input = "", args: string[] = []): Promise<string> {
  const process = new Deno.Command("/usr/bin/python3", {
    args: ["-c", script, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const [output] = await Promise.all([
    process.output(),
    writer.write(new TextEncoder().encode(input)).then(() => writer.close()),
  ]);
  const { code, stdout, stderr } = output;
  if (code !== 0) {
    throw new Error(`python3 ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout);
}
