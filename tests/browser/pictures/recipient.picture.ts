// The pictures of the recipient's page for the README, taken of the real page: `make screenshots`.

import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

import { at } from "../ground/page.ts";
import { test } from "../ground/test.ts";

const FOLDER = new URL("../../../docs/screenshots/", import.meta.url);

const DESK = { viewport: { width: 1100, height: 800 }, deviceScaleFactor: 1 };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, hasTouch: true, isMobile: true };

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, FOLDER)), animations: "disabled", caret: "hide", scale: "css" });
}

test.describe("at a desk", () => {
  test.use(DESK);

  test("the way", async ({ appliance, page }) => {
    const shared = await appliance.ada.share({ views: 3, expires: "5d" });
    await appliance.recipient("bob").open(shared);
    const there = at(page);
    await page.goto(shared.link);
    await there.isAt("token");
    await take(page, "token");
    await there.giveToken(shared.token);
    await there.isAt("offer");
    await take(page, "offer");
    await there.deed("view").click();
    await there.shows();
    await there.show("password");
    await take(page, "shown");
  });

  test("an end", async ({ appliance, page }) => {
    const shared = await appliance.ada.share();
    await appliance.recipient("bob").open(shared);
    await page.goto(shared.link);
    await at(page).isAt("used-up");
    await take(page, "used-up");
  });

  test("outside", async ({ another, page, watched }) => {
    watched.expects(/^network: 403 \S+$/);
    const hint = "Connect to the network Castle, by cable or by VPN. The help desk is at extension 4711.";
    const appliance = await another(`[gate]\nrecipients = ["10.20.0.0/16"]\nhint = "${hint}"\n`);
    await page.goto(`${appliance.url}/s/01901636-8694-739b-aea5-966c26f8ad91`);
    await at(page).isAt("denied");
    await take(page, "outside");
  });
});

test.describe("on a phone", () => {
  test.use({ ...PHONE, colorScheme: "dark" });

  test("the way in the dark", async ({ appliance, page }) => {
    const shared = await appliance.ada.share({ item: "api_secret", views: "unlimited" });
    const there = at(page);
    await page.goto(shared.link);
    await there.isAt("token");
    await there.open(shared);
    await there.show("secret");
    await take(page, "phone-dark");
  });
});

test.describe("on a phone, in Portuguese", () => {
  test.use({ ...PHONE, locale: "pt-BR" });

  test("the offer", async ({ appliance, page }) => {
    const shared = await appliance.ada.share({ item: "note" });
    const there = at(page, "pt-BR");
    await page.goto(shared.link);
    await there.giveToken(shared.token);
    await there.isAt("offer");
    await take(page, "phone-offer");
  });
});
