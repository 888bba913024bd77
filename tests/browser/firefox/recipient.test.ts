// The recipient's page in Debian's Firefox ESR, driven by WebDriver BiDi.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, type Browser } from "puppeteer-core";

import { openAppliance, type Appliance } from "../ground/appliance.ts";
import prepare, { prepared } from "../ground/prepared.ts";

let away: () => Promise<void>;
let appliance: Appliance;
let firefox: Browser;

before(async () => {
  away = await prepare();
  appliance = await openAppliance(prepared());
  firefox = await launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true, acceptInsecureCerts: true });
});

after(async () => {
  await firefox?.close();
  await appliance?.close();
  await away?.();
});

test("the page is served", async () => {
  const shared = await appliance.ada.share();
  const page = await firefox.newPage();
  page.on("console", (m) => console.log(m.type(), m.text()));
  await page.goto(shared.link);
  console.log(await page.evaluate(() => document.body.innerText));
  assert.ok(true);
});
