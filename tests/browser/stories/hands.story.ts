// Hands that press twice, or don't let go: what costs something happens once, and only where it was meant.

import type { Locator } from "@playwright/test";

import { at } from "../ground/page.ts";
import { expect, test } from "../ground/test.ts";

test("Enter that is held down at a wrong token costs one try", async ({ appliance, page, watched }) => {
  watched.expects(/^network: 403 check$/);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.isAt("token");
  await there.token.fill("0000-0000-0000-0000");
  const hold = async (): Promise<void> => {
    for (let repeated = 0; repeated < 10; repeated += 1) {
      await page.keyboard.down("Enter");
    }
  };
  await hold();
  await expect(there.sentence("token.wrong.other", { count: 9 })).toBeVisible();
  await hold();
  await page.keyboard.up("Enter");
  await page.waitForLoadState("networkidle");
  expect(watched.requests().filter((request) => request.url.endsWith("/check"))).toHaveLength(1);
  expect((await appliance.ada.look(shared)).failedTokens).toBe(1);
});

test("double clicks neither view nor confirm what one click wouldn't", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ views: 3 });
  const there = at(page);
  // The second half falls wherever the first has led to.
  const twice = async (button: Locator): Promise<void> => {
    const box = await button.boundingBox();
    await page.mouse.dblclick((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  };
  const happened = async (): Promise<readonly string[]> =>
    (await appliance.operator.events(shared)).filter((event) => event.startsWith("link."));
  await page.goto(shared.link);
  await there.isAt("token");
  await there.token.fill(shared.token);
  await twice(there.deed("giveToken"));
  await there.isAt("offer");
  expect(await happened()).toEqual(["link.checked"]);
  await there.deed("report").scrollIntoViewIfNeeded();
  await twice(there.deed("report"));
  await expect(there.deed("reportYes")).toBeVisible();
  await there.deed("reportNo").click();
  await twice(there.deed("view"));
  await there.shows();
  await there.deed("destroy").scrollIntoViewIfNeeded();
  await twice(there.deed("destroy"));
  await expect(there.deed("destroyYes")).toBeVisible();
  expect(await happened()).toEqual(["link.checked", "link.revealed"]);
  expect(await appliance.ada.look(shared)).toMatchObject({ state: "open", viewsUsed: 1 });
});
