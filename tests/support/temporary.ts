/**
 * A new folder below `out/` in the checkout, removed at the end of its scope.
 * Tests may write nowhere else.
 */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const parent = new URL("../../out/tests/", import.meta.url).pathname;
  await Deno.mkdir(parent, { recursive: true });
  const path = await Deno.makeTempDir({ dir: parent });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/**
 * Makes a symbolic link. A program of its own does it: links need more permissions than
 * tests have.
 */
export async function makeLink(target: string, path: string): Promise<void> {
  const code = `Deno.symlinkSync(${JSON.stringify(target)}, ${JSON.stringify(path)})`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] })
    .output();
  if (!success) throw new Error(`Cannot link ${path}: ${new TextDecoder().decode(stderr)}`);
}
