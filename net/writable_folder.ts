/** The file that is made and removed. It has one name, so that a killed program leaves it once. */
const PROBE = ".heliograph-probe.part";

/**
 * Finds out whether files can be made in a folder: its mode alone does not tell, access lists,
 * read-only mounts and the user's rights count, too.
 *
 * A program that is killed in between leaves an empty file behind, which the next one removes.
 * Any number of programs may ask at the same time.
 *
 * @param folder The folder.
 * @throws The platform's error, if no file can be made there.
 */
export async function checkWritableFolder(folder: string): Promise<void> {
  const path = `${folder}/${PROBE}`;
  try {
    (await Deno.open(path, { write: true, createNew: true })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    // Anyone who has a file of that name keeps it; where it is, others can be made.
    if (!await isEmptyFile(path)) return;
  }
  try {
    // To remove a file takes the same right as to make one.
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function isEmptyFile(path: string): Promise<boolean> {
  try {
    const { isFile, size } = await Deno.lstat(path);
    return isFile && size === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
