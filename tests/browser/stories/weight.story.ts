// What the page weighs: little enough for a phone at the edge of a network, and the second time next to nothing.

import { at } from "../ground/page.ts";
import { expect, test } from "../ground/test.ts";

/** Over the wire, heads included, until the token's field shows. */
const BYTES = 20 * 1024;
const REQUESTS = 4;

interface Weight {
  readonly requests: readonly { readonly url: string; readonly bytes: number; readonly cached: boolean }[];
}

test("the first visit weighs at most 20 KiB in at most 4 requests, and the second takes style and script from the cache", async ({ appliance, context, page }) => {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const began = new Map<string, { url: string; bytes: number; cached: boolean }>();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (!request.url.startsWith("data:")) {
      began.set(requestId, { url: new URL(request.url).pathname, bytes: 0, cached: false });
    }
  });
  session.on("Network.requestServedFromCache", ({ requestId }) => {
    const one = began.get(requestId);
    began.delete(requestId);
    one && began.set(requestId, { ...one, cached: true });
  });
  session.on("Network.responseReceived", ({ requestId, response }) => {
    const one = began.get(requestId);
    one && began.set(requestId, { ...one, cached: one.cached || response.fromDiskCache === true });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const one = began.get(requestId);
    one && began.set(requestId, { ...one, bytes: encodedDataLength });
  });
  const weigh = async (link: string): Promise<Weight> => {
    began.clear();
    await page.goto(link);
    await at(page).isAt("token");
    await page.waitForLoadState("networkidle");
    return { requests: [...began.values()] };
  };
  const first = await weigh((await appliance.ada.share()).link);
  const bytes = first.requests.reduce((sum, request) => sum + request.bytes, 0);
  console.log(`the first visit: ${bytes} bytes\n${first.requests.map(({ url, bytes }) => `${bytes} ${url}`).join("\n")}`);
  expect(bytes).toBeLessThanOrEqual(BYTES);
  expect(first.requests.length).toBeLessThanOrEqual(REQUESTS);

  const again = await weigh((await appliance.ada.share()).link);
  const assets = again.requests.filter((request) => request.url.startsWith("/assets/"));
  expect(assets.length).toBeGreaterThan(0);
  expect(assets.filter((request) => !request.cached && request.bytes > 0)).toEqual([]);
});
