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
