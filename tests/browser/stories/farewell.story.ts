// Two ways to end a share from the recipient's side: "Done, destroy it now" and "This wasn't me". Both are asked once more.

import { at } from "../ground/page.ts";
import { ITEMS } from "../ground/people.ts";
import { expect, test } from "../ground/test.ts";
import { say } from "../ground/words.ts";

test("done: the link is destroyed for good, and everybody who should know does", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ views: 5 });
  const there = at(page);
  await page.goto(shared.link);
  await there.open(shared);
  await there.deed("destroy").click();
  await expect(there.deed("destroyYes")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(there.deed("destroyYes")).toBeHidden();
  expect((await appliance.ada.look(shared)).state).toBe("open");
  await there.deed("destroy").click();
  await there.deed("destroyNo").click();
  expect((await appliance.ada.look(shared)).state).toBe("open");
  await there.deed("destroy").click();
  await there.deed("destroyYes").click();
  await there.isAt("destroyed");
  expect(await there.holds(ITEMS.account[2])).toBe(false);
  expect((await appliance.ada.look(shared)).state).toBe("burnt");
  expect(await appliance.operator.events(shared)).toContain("link.burnt");
  await page.reload();
  await there.isAt("burnt");
  expect((await appliance.recipient("bob").open(shared)).code).not.toBe(0);
});

test("what is asked again at once stays asked", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.open(shared);
  await there.deed("destroy").click();
  await expect(there.deed("destroyYes")).toBeVisible();
  // Both within one frame: browsers tell only afterwards that the dialog was closed.
  const again = await page.getByRole("button", { name: say("shown.done"), includeHidden: true }).elementHandle();
  await page.getByRole("dialog").evaluate((dialog, again) => {
    dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
    (again as HTMLElement).click();
  }, again);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(there.deed("destroyYes")).toBeVisible();
});

test("this wasn't me: the share is frozen, its owner and the journal hear of it", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ views: 2 });
  expect((await appliance.recipient("mallory").open(shared)).code).toBe(0);
  const there = at(page);
  await page.goto(shared.link);
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await expect(page.getByText("127.0.0.1")).toBeVisible();
  await there.deed("report").click();
  await page.keyboard.press("Escape");
  await expect(there.deed("reportYes")).toBeHidden();
  expect((await appliance.ada.look(shared)).state).toBe("open");
  await there.deed("report").click();
  await there.deed("reportYes").click();
  await there.isAt("reported");
  expect(await appliance.ada.look(shared)).toMatchObject({ state: "frozen", viewsUsed: 1 });
  expect(await appliance.operator.events(shared)).toContain("link.reported");
  expect(appliance.said()).toContain("link.reported");
  await appliance.mail.waitFor("ada@example.com", "this was not me");
  await page.reload();
  await there.isAt("frozen");
});

test("this wasn't me, at a link that somebody else has used up", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  expect((await appliance.recipient("mallory").open(shared)).code).toBe(0);
  const there = at(page);
  await page.goto(shared.link);
  await there.isAt("used-up");
  await there.deed("report").click();
  await there.deed("reportYes").click();
  await there.isAt("token-to-report");
  await there.token.fill(shared.token);
  await there.deed("reportYes").click();
  await there.isAt("reported");
  expect(await appliance.operator.events(shared)).toContain("link.reported");
});
