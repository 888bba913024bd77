// Languages: the browser's wish counts, a choice by hand outlives every step, and nothing overflows in any of them.

import type { Page } from "@playwright/test";

import { at } from "../ground/page.ts";
import { expect, test } from "../ground/test.ts";
import { LANGUAGES, say } from "../ground/words.ts";

for (const language of LANGUAGES) {
  test.describe(`a browser that asks for ${language}`, () => {
    test.use({ locale: language, viewport: { width: 320, height: 640 } });

    test("is answered so on every screen, and nothing overflows at 320 pixels", async ({ appliance, page, watched }) => {
      watched.expects(/^network: (403|410) \w+$/);
      const shared = await appliance.ada.share({ views: 2 });
      const there = at(page, language);
      const fits = async (): Promise<void> => {
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        expect(await overflowing(page)).toEqual([]);
      };
      await page.goto(shared.link);
      await there.isAt("token");
      await fits();
      await there.giveToken("0000-0000-0000-0000");
      await expect(there.sentence("token.wrong.other")).toBeVisible();
      await fits();
      await there.giveToken(shared.token);
      await there.isAt("offer");
      await fits();
      await there.deed("report").click();
      await fits();
      await there.deed("reportNo").click();
      await there.deed("view").click();
      await there.shows();
      await there.deed("showAll").click();
      await fits();
      await there.deed("destroy").click();
      await fits();
      await there.deed("destroyNo").click();
      await there.deed("forget").click();
      await there.isAt("forgotten");
      await fits();
      await appliance.ada.revoke(shared);
      await page.reload();
      await there.isAt("revoked");
      await fits();
    });
  });
}

test.describe("who is outside and reads Spanish", () => {
  test.use({ locale: "es" });
  test("is told so in Spanish by the daemon itself", async ({ another, page, watched }) => {
    watched.expects(/^network: 403 \S+$/);
    const appliance = await another('[gate]\nrecipients = ["10.20.0.0/16"]\n');
    await page.goto(`${appliance.url}/s/01901636-8694-739b-aea5-966c26f8ad91`);
    await at(page, "es").isAt("denied");
    await expect(page.locator("html")).toHaveAttribute("lang", "es");
  });
});

test("a language chosen by hand stays through every step and a reload", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ views: 2 });
  await page.goto(shared.link);
  await at(page).isAt("token");
  await page.getByRole("combobox", { name: say("page.language") }).selectOption("es");
  const there = at(page, "es");
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await page.reload();
  await there.open(shared);
  await there.deed("forget").click();
  await there.isAt("forgotten");
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
});

test("zoomed to 200 percent, nothing is cut and nothing scrolls sideways", async ({ appliance, page }) => {
  // What a browser of 1280 x 800 makes of 200 percent: half the pixels, each twice as large.
  await page.setViewportSize({ width: 640, height: 400 });
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.isAt("token");
  expect(await overflowing(page)).toEqual([]);
  await there.open(shared);
  await there.deed("showAll").click();
  expect(await overflowing(page)).toEqual([]);
});

test("text twice as large pushes nothing out of its place", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
  await there.isAt("token");
  expect(await overflowing(page)).toEqual([]);
  await there.open(shared);
  await there.deed("showAll").click();
  expect(await overflowing(page)).toEqual([]);
});

test("written from right to left, nothing scrolls sideways", async ({ appliance, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await page.evaluate(() => void (document.documentElement.dir = "rtl"));
  await there.isAt("token");
  expect(await overflowing(page)).toEqual([]);
  await there.open(shared);
  await there.deed("showAll").click();
  expect(await overflowing(page)).toEqual([]);
});

test.describe("who wants less motion", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });
  test("gets none", async ({ appliance, page }) => {
    const shared = await appliance.ada.share();
    const there = at(page);
    await page.goto(shared.link);
    await there.open(shared);
    const moving = await page.evaluate(() =>
      document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().duration ?? 0) > 1).length,
    );
    expect(moving).toBe(0);
    const slow = await page.evaluate(() =>
      [...document.querySelectorAll("*")].filter((one) => {
        const { transitionDuration, animationDuration } = getComputedStyle(one);
        return [transitionDuration, animationDuration].some((all) => all.split(",").some((each) => parseFloat(each) > 0.01));
      }).map((one) => one.tagName),
    );
    expect(slow).toEqual([]);
  });
});

/** What sticks out: the document sideways, and elements whose text doesn't fit into them and can't be scrolled to. */
async function overflowing(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["the document"] : [];
    const cut = [...document.querySelectorAll<HTMLElement>("body *")].filter((one) => {
      const style = getComputedStyle(one);
      const hides = style.overflowX === "hidden" || style.overflowX === "clip";
      const seen = one.offsetWidth > 1 && one.offsetHeight > 1;
      const { left, right } = one.getBoundingClientRect();
      return seen && ((hides && one.scrollWidth > one.clientWidth + 1) || right > innerWidth + 1 || left < -1);
    });
    return [...wide, ...cut.map((one) => `${one.tagName} ${one.textContent?.slice(0, 60)}`)];
  });
}
