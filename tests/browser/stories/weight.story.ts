// What the page weighs: little enough for a phone at the edge of a network, and the second time next to nothing.

import { at } from "../ground/page.ts";
import { expect, test } from "../ground/test.ts";
import { LANGUAGES } from "../ground/words.ts";

/** Over the wire until the token's field shows: bodies, as compressed as they travel; and all of it, with the heads of answers. */
const BYTES = 20 * 1024;
const BYTES_WITH_HEADS = 24 * 1024;
const REQUESTS = 4;

/** One request, in bytes that came over the wire for its answer. */
interface Weight {
  readonly path: string;
  readonly head: number;
  readonly whole: number;
  readonly cached: boolean;
}

for (const language of LANGUAGES) {
  test.describe(`a browser that asks for ${language}`, () => {
    test.use({ locale: language });

    test(`in ${language}: the first visit weighs at most 20 KiB in at most 4 requests, and the second takes style and script from the cache`, async ({ appliance, context, page }) => {
      const session = await context.newCDPSession(page);
      await session.send("Network.enable");
      const seen = new Map<string, Weight>();
      const learn = (id: string, more: Partial<Weight>): void => {
        const known = seen.get(id);
        known && seen.set(id, { ...known, ...more });
      };
      session.on("Network.requestWillBeSent", ({ requestId, request }) => {
        if (!request.url.startsWith("data:")) {
          seen.set(requestId, { path: new URL(request.url).pathname, head: 0, whole: 0, cached: false });
        }
      });
      session.on("Network.requestServedFromCache", ({ requestId }) => learn(requestId, { cached: true }));
      session.on("Network.responseReceived", ({ requestId, response }) => {
        learn(requestId, { head: response.encodedDataLength, ...(response.fromDiskCache === true ? { cached: true } : {}) });
      });
      session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => learn(requestId, { whole: encodedDataLength }));
      const weigh = async (link: string): Promise<readonly Weight[]> => {
        seen.clear();
        await page.goto(link);
        await at(page, language).isAt("token");
        await page.waitForLoadState("networkidle");
        return [...seen.values()];
      };
      const first = await weigh((await appliance.ada.share()).link);
      const whole = first.reduce((sum, one) => sum + one.whole, 0);
      const bodies = whole - first.reduce((sum, one) => sum + one.head, 0);
      const told = first.map((one) => `${one.path}: ${one.head} and ${one.whole - one.head}`).join("; ");
      expect(bodies, told).toBeGreaterThan(1000);
      expect(bodies, told).toBeLessThanOrEqual(BYTES);
      expect(whole, told).toBeLessThanOrEqual(BYTES_WITH_HEADS);
      expect(first.length, told).toBeLessThanOrEqual(REQUESTS);

      const again = await weigh((await appliance.ada.share()).link);
      const assets = again.filter((one) => one.path.startsWith("/assets/"));
      expect(assets.length).toBeGreaterThan(0);
      expect(assets.filter((one) => !one.cached)).toEqual([]);
    });
  });
}
