import { assertEquals, assertRejects } from "@std/assert";
import { download } from "../../../http/download/download.ts";
import { DownloadProgress, type DownloadState } from "../../../http/download/job/progress.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const transfer = (bytes: number, received: number, total: number | undefined) => ({
  label: "a",
  bytes,
  received,
  total,
});

Deno.test("state() tells rate and time left once every size is known", () => {
  const progress = new DownloadProgress();
  progress.files = 2;
  const first = transfer(60, 50, 100);
  progress.active.add(first);
  assertEquals([progress.state(5).rate, progress.state(5).secondsLeft], [10, undefined]);
  const second = transfer(50, 50, undefined);
  progress.active.add(second);
  assertEquals([progress.state(5).rate, progress.state(5).secondsLeft], [20, undefined]);
  progress.active.delete(second);
  progress.active.add(transfer(50, 50, 70));
  assertEquals([progress.state(5).received, progress.state(5).secondsLeft], [100, 3]);
  assertEquals([progress.state(0).rate, progress.state(0).secondsLeft], [0, undefined]);
});

Deno.test("onProgress hears of the end, and what it throws ends the run", async () => {
  await using folder = await temporaryFolder();
  const states: DownloadState[] = [];
  const urls = ["data:text/plain,sun", "data:text/plain,moon"];
  await download(urls, { folder: folder.path, onProgress: (state) => states.push(state) });
  const { files, finished, received, secondsLeft, active } = states.at(-1)!;
  assertEquals([files, finished, received, secondsLeft, active], [2, 2, 7, 0, []]);
  const onProgress = () => {
    throw new RangeError("enough");
  };
  await assertRejects(
    () => download(urls, { folder: folder.path, existing: "clobber", onProgress }),
    RangeError,
    "enough",
  );
});
