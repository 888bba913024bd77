// A daemon, or somebody in its place, that hands out something else than was sealed: it is found out, and said.

import { at } from "../ground/page.ts";
import { ITEMS } from "../ground/people.ts";
import { expect, test } from "../ground/test.ts";
import { say } from "../ground/words.ts";

// Answers are changed on their way by the test itself, which knows no authority.
test.use({ ignoreHTTPSErrors: true });

for (const how of ["swapped for another share's", "damaged"] as const) {
  test(`a snapshot that was ${how} is not shown, nor anything of it`, async ({ appliance, page }) => {
    const [shared, other] = [await appliance.ada.share(), await appliance.ada.share({ item: "note" })];
    const there = at(page);
    let foreign = "";
    await page.route("**/reveal", async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      if (route.request().url().includes(other.id)) {
        foreign = json.snapshot;
        await route.fulfill({ response: answer });
        return;
      }
      const damaged = json.snapshot.slice(0, 40) + (json.snapshot[40] === "A" ? "B" : "A") + json.snapshot.slice(41);
      await route.fulfill({ response: answer, json: { ...json, snapshot: how === "damaged" ? damaged : foreign } });
    });
    await page.goto(other.link);
    await there.open(other);
    expect(foreign).not.toBe("");
    await page.goto("about:blank");
    await page.goto(shared.link);
    await there.giveToken(shared.token);
    await there.isAt("offer");
    await there.deed("view").click();
    await there.isAt("not-opened");
    for (const text of [...ITEMS.account, ...ITEMS.note].filter((text) => text !== "")) {
      expect(await there.holds(text), text).toBe(false);
    }
  });
}

test("a sharer's name that the daemon made up is told once the sealed one is known", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.route("**/check", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), sharer: "Mallory" } });
  });
  await page.goto(shared.link);
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await expect(page.getByText("Mallory")).toBeVisible();
  await there.deed("view").click();
  await there.shows();
  await expect(there.sentence("differs")).toContainText(say("differs.sharer"));
  await expect(page.locator("main").getByText("Ada Lovelace")).toBeVisible();
});
