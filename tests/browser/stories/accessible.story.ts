// axe finds nothing: every main state and every dead end, light and dark, at a desk and on a phone.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { at } from "../ground/page.ts";
import type { Title } from "../ground/says.ts";
import { expect, test } from "../ground/test.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function clean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
  expect(found, where).toEqual([]);
}

const LOOKS = {
  "at a desk, light": { colorScheme: "light", viewport: { width: 1100, height: 800 } },
  "at a desk, dark": { colorScheme: "dark", viewport: { width: 1100, height: 800 } },
  "on a phone, light": { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  "on a phone, dark": { colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;

for (const [look, use] of Object.entries(LOOKS)) {
  test.describe(look, () => {
    test.use(use);

    test("the way is for everybody", async ({ appliance, page, watched }) => {
      watched.expects(/^network: 403 check$/);
      const shared = await appliance.ada.share({ views: 3 });
      const there = at(page);
      await page.goto(shared.link);
      await there.isAt("token");
      await clean(page, "token");
      await there.giveToken("0000-0000-0000-0000");
      await expect(there.sentence("token.wrong.other")).toBeVisible();
      await clean(page, "wrong token");
      await there.giveToken(shared.token);
      await there.isAt("offer");
      await clean(page, "offer");
      await there.deed("view").click();
      await there.shows();
      await clean(page, "shown, hidden values");
      await there.deed("showAll").click();
      await clean(page, "shown, legible values");
      await there.deed("destroy").click();
      await clean(page, "asked once more");
      await there.deed("destroyNo").click();
      await there.deed("forget").click();
      await there.isAt("forgotten");
      await clean(page, "forgotten");
    });

    test("dead ends are for everybody", async ({ appliance, page, watched }) => {
      watched.expects(/^network: (403|404|net::ERR_\w+) \S+$/);
      const there = at(page);
      const arrive = async (end: Title, link: string): Promise<void> => {
        await page.goto("about:blank");
        await page.goto(link);
        await there.isAt(end);
        await clean(page, end);
      };
      const usedUp = await appliance.ada.share();
      await appliance.recipient("bob").open(usedUp);
      const later = await appliance.ada.share({ starts: "12h" });
      const narrow = await appliance.ada.share({ network: "10.20.0.0/16" });
      const ends = [
        ["used-up", usedUp.link],
        ["not-yet", later.link],
        ["outside-share-networks", narrow.link],
        ["unknown-link", later.link.replace(later.id, usedUp.id)],
        ["no-fragment", usedUp.link.split("#")[0] ?? ""],
        ["damaged-link", usedUp.link.slice(0, -2)],
      ] as const;
      for (const [end, link] of ends) {
        await arrive(end, link);
      }
      const [over, burnt] = [await appliance.ada.share(), await appliance.ada.share({ views: 2 })];
      const { freeze } = await appliance.operator.tell(["share", "freeze", "--share", over.share, "--reason", "a doubt"]);
      await arrive("frozen", over.link);
      await appliance.operator.tell(["share", "unfreeze", freeze]);
      await appliance.ada.revoke(over);
      await arrive("revoked", over.link);
      await page.goto(burnt.link);
      await there.open(burnt);
      await there.deed("destroy").click();
      await there.deed("destroyYes").click();
      await there.isAt("destroyed");
      await clean(page, "destroyed");
      await arrive("burnt", burnt.link);
      await page.route("**/knock", (route) => route.abort());
      await page.goto("about:blank");
      await page.goto(usedUp.link);
      await there.isAt("daemon-away");
      await clean(page, "daemon away");
    });

    test("rarer ends, and the alarm, are for everybody", async ({ appliance, page, watched }) => {
      watched.expects(/^network: (403|503) knock$/);
      const [shared, usedUp] = [await appliance.ada.share({ views: 2 }), await appliance.ada.share()];
      const there = at(page);
      const problem = (status: number, name: string): object => ({ status, name, detail: "no", hint: "Join the network Castle." });
      const said = (state: string): object => ({ state, with_token: true, starts_at: 1 });
      const ends = [
        ["expired", 200, said("expired")],
        ["locked", 200, said("locked")],
        ["outside-networks", 403, problem(403, "outside-networks")],
        ["daemon-unwell", 503, problem(503, "broken")],
      ] as const;
      for (const [end, status, json] of ends) {
        await page.route("**/knock", (route) => route.fulfill({ status, json }));
        await page.goto("about:blank");
        await page.goto(shared.link);
        await there.isAt(end);
        await clean(page, end);
        await page.unroute("**/knock");
      }
      await appliance.recipient("bob").open(usedUp);
      await page.goto(usedUp.link);
      await there.isAt("used-up");
      await there.deed("report").click();
      await there.deed("reportYes").click();
      await there.isAt("token-to-report");
      await clean(page, "token to report");
      await there.token.fill(usedUp.token);
      await there.deed("reportYes").click();
      await there.isAt("reported");
      await clean(page, "reported");
    });
  });
}

test("what a browser lacks is said to everybody", async ({ appliance, browser, watched }) => {
  void watched;
  const shared = await appliance.ada.share();
  const poor = [
    ["browser-too-old", () => Object.defineProperty(crypto, "subtle", { value: undefined })],
    ["no-storage", () => Object.defineProperty(window, "localStorage", { value: null })],
  ] as const;
  for (const [end, make] of poor) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(make);
    await page.goto(shared.link);
    await at(page).isAt(end);
    await clean(page, end);
    await context.close();
  }
});

test("the front page and the page for who is outside are for everybody", async ({ another, page, watched }) => {
  watched.expects(/^network: 403 \S+$/);
  const appliance = await another();
  await page.goto(appliance.url);
  await clean(page, "front");
  await appliance.settle('[gate]\nrecipients = ["10.20.0.0/16"]\n');
  await page.goto(`${appliance.url}/s/01901636-8694-739b-aea5-966c26f8ad91`);
  await at(page).isAt("denied");
  await clean(page, "outside");
});
