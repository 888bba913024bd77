// Nothing is lost within ten minutes: whatever happens to the page or to an answer, the same secret comes again and no second view is spent.

import type { Appliance } from "../ground/appliance.ts";
import { at } from "../ground/page.ts";
import { ITEMS, type Shared } from "../ground/people.ts";
import { expect, test } from "../ground/test.ts";

const SECRET = ITEMS.account[3];

/** Exactly one view was spent, as audit and owner tell; whatever else was asked was answered again. */
async function oneViewWasSpent(appliance: Appliance, shared: Shared): Promise<void> {
  const events = await appliance.operator.events(shared);
  expect(events.filter((event) => event === "link.revealed")).toHaveLength(1);
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(1);
}

test("a reload shows the same secret again and spends nothing", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.open(shared);
  await page.reload();
  await there.openAgain(shared);
  await there.show("password");
  await there.reads("password", SECRET);
  await oneViewWasSpent(appliance, shared);
});

test("who goes away and comes back finds the same secret", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.open(shared);
  await there.show("password");
  await page.goto(appliance.url);
  await page.goBack();
  await there.openAgain(shared);
  expect(await there.holds(SECRET)).toBe(false);
  await there.show("password");
  await there.reads("password", SECRET);
  await oneViewWasSpent(appliance, shared);
});

test("a page that crashed loses nothing", async ({ appliance, context, page }) => {
  const shared = await appliance.ada.share();
  await page.goto(shared.link);
  await at(page).open(shared);
  const crashed = page.waitForEvent("crash");
  const session = await context.newCDPSession(page);
  // Its answer never comes.
  void session.send("Page.crash").catch(() => undefined);
  await crashed;
  const anew = await context.newPage();
  await anew.goto(shared.link);
  await at(anew).openAgain(shared);
  await at(anew).show("password");
  await at(anew).reads("password", SECRET);
  await oneViewWasSpent(appliance, shared);
});

test("a second tab shows the same, without a second view", async ({ appliance, context, page }) => {
  const shared = await appliance.ada.share({ views: 3 });
  await page.goto(shared.link);
  await at(page).open(shared);
  const second = await context.newPage();
  await second.goto(shared.link);
  await at(second).open(shared);
  await at(second).show("password");
  await at(second).reads("password", SECRET);
  await oneViewWasSpent(appliance, shared);
});

test("two tabs that view at once spend one view", async ({ appliance, context, page }) => {
  const shared = await appliance.ada.share();
  const second = await context.newPage();
  for (const tab of [page, second]) {
    await tab.goto(shared.link);
    await at(tab).giveToken(shared.token);
    await at(tab).isAt("offer");
  }
  await Promise.all([page, second].map((tab) => at(tab).deed("view").click()));
  for (const tab of [page, second]) {
    await at(tab).shows();
    await at(tab).show("password");
    await at(tab).reads("password", SECRET);
  }
  await oneViewWasSpent(appliance, shared);
});

test("an answer that is lost on the way comes again, and the view was spent once", async ({ appliance, lineTo, page, watched }) => {
  watched.expects(/^network: net::ERR_\w+ (reveal|watch)$/);
  const line = await lineTo(appliance);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link.replace(appliance.url, line.url));
  await there.giveToken(shared.token);
  await there.isAt("offer");
  line.loseAnswers();
  await there.deed("view").click();
  await expect(there.deed("tryAgain")).toBeVisible();
  expect(line.lost()).toBeGreaterThan(0);
  await expect.poll(async () => (await appliance.ada.look(shared)).viewsUsed).toBe(1);
  line.heal();
  await there.deed("tryAgain").click();
  await there.shows();
  await there.show("password");
  await there.reads("password", SECRET);
  await oneViewWasSpent(appliance, shared);
});

test("an answer that is lost, and then the page too, comes again", async ({ appliance, lineTo, page, watched }) => {
  watched.expects(/^network: net::ERR_\w+ (reveal|watch)$/);
  const line = await lineTo(appliance);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link.replace(appliance.url, line.url));
  await there.giveToken(shared.token);
  await there.isAt("offer");
  line.loseAnswers();
  await there.deed("view").click();
  await expect(there.deed("tryAgain")).toBeVisible();
  line.heal();
  await page.reload();
  await there.openAgain(shared);
  await there.show("password");
  await there.reads("password", SECRET);
  await oneViewWasSpent(appliance, shared);
});

test("after ten minutes it is a view of its own, and after the last one nothing comes again", async ({ another, page, watched }) => {
  watched.expects(/^network: (net::ERR_\w+|410) \w+$/);
  const appliance = await another();
  const [twice, once] = [await appliance.ada.share({ views: 2 }), await appliance.ada.share()];
  const there = at(page);
  for (const shared of [twice, once]) {
    await page.goto(shared.link);
    await there.open(shared);
  }
  await page.goto("about:blank");
  await appliance.later(601);
  await page.goto(twice.link);
  await there.open(twice);
  expect((await appliance.ada.look(twice)).viewsUsed).toBe(2);
  await page.goto(once.link);
  await there.isAt("used-up");
  expect((await appliance.ada.look(once)).viewsUsed).toBe(1);
});

test("a link that is revoked after the page has forgotten leads to its dead end, not to the secret", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ views: 3 });
  const there = at(page);
  await page.goto(shared.link);
  await there.open(shared);
  await there.deed("forget").click();
  await there.isAt("forgotten");
  await appliance.ada.revoke(shared);
  await there.deed("viewAgain").click();
  await there.isAt("revoked");
  await oneViewWasSpent(appliance, shared);
});
