/** Every page behind nginx below a path: in both colour schemes, on a phone and in a wide window. */

import { assertEquals } from "@std/assert";
import { writeSampleData } from "../../commands/station/sample_data.ts";
import { startStation } from "../../station/station.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const BASE = "/tel/scope";

/** A port that is free now; another program may take it before nginx does. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** nginx in front of the station, which others see at another port. */
async function nginx(folder: string, target: string) {
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = freePort();
    const file = `${folder}/nginx-${port}.conf`;
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
    await Deno.writeTextFile(
      file,
      `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; user root;
events { worker_connections 512; }
http {
  access_log off; ${temporary}
  map $http_upgrade $connection_upgrade { default upgrade; "" close; }
  server {
    listen 127.0.0.1:${port};
    location ${BASE}/ {
      proxy_pass ${target.replace(/\/$/, "")};
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }
  }
}`,
    );
    const process = new Deno.Command("/usr/sbin/nginx", {
      args: ["-c", file, "-e", `${folder}/error.log`],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const url = `http://127.0.0.1:${port}${BASE}/`;
    for (let i = 0; i < 400; i++) {
      const answer = await fetch(`${url}healthz`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) {
        return {
          url,
          [Symbol.asyncDispose]: async () => {
            process.kill("SIGTERM");
            await process.status;
          },
        };
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    process.kill("SIGKILL");
    await process.status;
  }
  throw new Error("nginx does not answer");
}

/** Pages, and what is there when they are ready. */
const PAGES: readonly (readonly [path: string, ready: string])[] = [
  ["", "main"],
  ["files/", "main"],
  ["view/sun.fits?grid=1&panel=regions#regions=circle(512,512,90)", ".viewer[data-settled]"],
  ["view/sun.fits?panel=header", ".viewer[data-settled]"],
  ["view/sun.fits?panel=marks&marks=[SPOTS]", ".stage[data-marks]"],
  ["view/sun.fits?hdu=SPOTS", ".viewer tbody tr"],
  ["view/sun.fits?bin=LONGITUDE,LATITUDE,5", ".viewer[data-settled]"],
  ["view/sun.fits?with=sun.fits&layout=grid&lock=pixel", ".viewer[data-settled]"],
  ["view/feeds/camera", ".feed[data-frame]"],
  ["local", "main"],
  ["pictures/", "main"],
  ["feeds/", "main, body figure"],
  ["console", ".console-line"],
  ["problems", "main"],
];

Deno.test("every page behind a proxy works below its path, and scrolls nowhere sideways", async () => {
  await using folder = await temporaryFolder();
  await writeSampleData(folder.path);
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, basePath: BASE },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0, trustProxy: true },
  });
  await using proxy = await nginx(folder.path, new URL("/", station.url).href);
  const windows: readonly (readonly [width: number, height: number, isDark: boolean])[] = [
    ...[[320, 640, false], [320, 640, true], [1280, 800, false], [1280, 800, true]] as const,
  ];
  const tooWide: string[] = [];
  for (const [width, height, isDark] of windows) {
    await using page = await openPage("about:blank", { size: [width, height], isDark });
    for (const [path, ready] of PAGES) {
      const about = `${path} at ${width}${isDark ? ", dark" : ""}`;
      await page.goTo(proxy.url + path);
      await page.until(`document.querySelector(${JSON.stringify(ready)}) !== null`);
      await page.until("document.readyState === 'complete'");
      const outside = await page.until<string[]>(
        `performance.getEntriesByType("resource").map(({ name }) => new URL(name))
          .filter(({ protocol, pathname }) =>
            protocol.startsWith("http") && !pathname.startsWith("${BASE}/"))
          .map(({ pathname }) => pathname)`,
      );
      // What browsers ask for at the root by themselves is no link of the page.
      assertEquals(outside.filter((path) => path !== "/favicon.ico"), [], about);
      const links = await page.until<string[]>(
        `[...document.querySelectorAll("a[href]")].map(({ href }) => new URL(href))
          .filter(({ origin, pathname }) =>
            origin === location.origin && !pathname.startsWith("${BASE}/"))
          .map(({ pathname }) => pathname)`,
      );
      assertEquals(links, [], about);
      // What is wider than the window, and scrolls in no box of its own.
      const wide = await page.until<string[]>(
        `document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll("body *")]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((element) => element.localName + "." + element.className)`,
      );
      if (wide.length > 0) tooWide.push(`${about}: ${wide.join(" ")}`);
      const problems = page.problems.filter((text) => !text.includes("favicon"));
      assertEquals(problems, [], about);
    }
  }
  assertEquals(tooWide, []);
});
