// While it is shown: copying, what has changed meanwhile, time that runs out and can be prolonged.

import { clipboardOf } from "../ground/clipboard.ts";
import { at } from "../ground/page.ts";
import { ITEMS } from "../ground/people.ts";
import { TITLES } from "../ground/says.ts";
import { expect, test } from "../ground/test.ts";
import { say } from "../ground/words.ts";

const SECRET = ITEMS.account[3];

test.describe("with a clipboard", () => {
  test.use({ permissions: ["clipboard-write"] });

  test("copying says that it worked, and a minute later the clipboard is empty", async ({ appliance, browser, page }) => {
    const shared = await appliance.ada.share();
    const there = at(page);
    await page.clock.install();
    await page.goto(shared.link);
    await there.open(shared);
    await there.fieldDeed("password", "copy").click();
    await expect(there.sentence("copied.copied")).toBeVisible();
    expect(await clipboardOf(browser, appliance)).toBe(SECRET);
    expect(await there.holds(SECRET), "copying makes nothing legible").toBe(false);
    await page.bringToFront();
    await page.clock.runFor(61_000);
    await expect(there.sentence("copied.cleared")).toBeVisible();
    expect(await clipboardOf(browser, appliance)).toBe("");
  });
});

test("where the browser forbids copying, the page says how else", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await page.goto(shared.link);
  await at(page).open(shared);
  await at(page).fieldDeed("password", "copy").click();
  await expect(at(page).sentence("copied.failed")).toBeVisible();
});

test("an opening elsewhere is seen while the page is open, before and after viewing", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ views: 3 });
  const there = at(page);
  await page.clock.install();
  await page.goto(shared.link);
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await expect(page.getByText("3 views left")).toBeVisible();
  await appliance.recipient("bob").open(shared);
  await page.clock.fastForward(21_000);
  await expect(page.getByText("2 views left")).toBeVisible();
  await there.deed("view").click();
  await expect(page.getByText("1 view left")).toBeVisible();
  await appliance.recipient("carol").open(shared);
  await page.clock.fastForward(21_000);
  await expect(there.sentence("views.none")).toBeVisible();
});

test("a share that is revoked or frozen meanwhile is said to be", async ({ appliance, page }) => {
  const there = at(page);
  await page.clock.install();
  for (const end of ["revoked", "frozen"] as const) {
    const shared = await appliance.ada.share({ views: 3 });
    await page.goto(shared.link);
    await there.open(shared);
    if (end === "revoked") {
      await appliance.ada.revoke(shared);
    } else {
      await appliance.operator.tell(["share", "freeze", "--share", shared.share, "--reason", "a doubt"]);
    }
    await page.clock.fastForward(21_000);
    await expect(there.sentence("by-now", { what: say(TITLES[end]) })).toBeVisible();
  }
});

test("the page forgets what it showed, after a time that can be prolonged", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.clock.install();
  await page.goto(shared.link);
  await there.open(shared);
  await there.show("password");
  await there.reads("password", SECRET);
  await page.clock.fastForward("04:30");
  await there.reads("password", SECRET);
  await expect(there.sentence("forgets").getByRole("timer")).toHaveText(/^0:[012]\d$/);
  await there.deed("prolong").click();
  await expect(there.sentence("forgets").getByRole("timer")).toHaveText(/^(5:00|4:5\d)$/);
  await page.clock.fastForward("04:30");
  await there.reads("password", SECRET);
  await page.clock.fastForward("00:31");
  await there.isAt("forgotten");
  expect(await there.holds(SECRET)).toBe(false);
  expect(await there.holds("deploy")).toBe(false);
  await there.deed("viewAgain").click();
  await there.openAgain(shared);
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(1);
});

test("forgetting by hand takes everything from the page, and the token is asked for again", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ item: "api_secret", views: "unlimited" });
  const there = at(page);
  await page.goto(shared.link);
  await there.open(shared);
  await there.deed("showAll").click();
  await there.reads("secret", ITEMS.api_secret[3]);
  await there.deed("forget").click();
  await there.isAt("forgotten");
  for (const value of ITEMS.api_secret) {
    expect(await there.holds(value)).toBe(false);
  }
  expect(await there.holds(shared.token)).toBe(false);
  await there.deed("viewAgain").click();
  await there.isAt("token");
  await expect(there.token).toHaveValue("");
});

test("an open page asks how its link stands, and asks no more once it is hidden or over", async ({ appliance, page, watched }) => {
  const asked = (): number => watched.requests().filter((request) => request.method !== "GET").length;
  const shared = await appliance.ada.share({ views: 2 });
  const there = at(page);
  await page.clock.install();
  await page.goto(shared.link);
  await there.open(shared);
  const before = asked();
  await page.clock.runFor(60_000);
  await expect.poll(asked).toBeGreaterThan(before);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.waitForTimeout(0);
  const hidden = asked();
  await page.clock.runFor(60_000);
  expect(asked()).toBe(hidden);
  await there.deed("forget").click();
  await there.isAt("forgotten");
  const over = asked();
  await page.clock.runFor(600_000);
  expect(asked()).toBe(over);
});
