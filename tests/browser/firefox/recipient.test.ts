// The recipient's page in Debian's Firefox ESR, driven by WebDriver BiDi: the main way, a reload, a dead end.
//
// Here too a violation of the page's policies fails the test.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, type Browser, type Page } from "puppeteer-core";

import { openAppliance, type Appliance } from "../ground/appliance.ts";
import { ITEMS } from "../ground/people.ts";
import prepare, { prepared } from "../ground/prepared.ts";
import { say } from "../ground/words.ts";

let away: (() => Promise<void>) | undefined;
let appliance: Appliance;
let firefox: Browser | undefined;

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

/** A page that remembers what it complained about. */
async function watchedPage(): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  assert.ok(firefox !== undefined);
  const page = await firefox.newPage();
  const complaints: string[] = [];
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && origin !== appliance.url) {
      complaints.push(`elsewhere: ${request.url()}`);
    }
  });
  await page.evaluateOnNewDocument(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error("violated:", event.effectiveDirective, event.blockedURI);
    });
  });
  return { page, complaints };
}

/** Presses the button on which these words stand; what viewing costs stands on it too. */
const press = (page: Page, key: string): Promise<void> => page.locator(`button ::-p-text(${say(key)})`).click();
const heading = async (page: Page, text: string): Promise<void> => {
  await page.locator(`::-p-aria([name="${text}"][role="heading"])`).wait();
};

async function giveToken(page: Page, token: string): Promise<void> {
  await heading(page, say("page.title"));
  await page.locator(`::-p-aria([name="${say("token.label")}"][role="textbox"])`).fill(token);
  await press(page, "token.go");
}

async function reads(page: Page, text: string): Promise<void> {
  await page.waitForFunction((text) => document.body.innerText.includes(text), {}, text);
}

test("a link is opened, a reload shows the same again, and then it is used up", async () => {
  const shared = await appliance.ada.share();
  const { page, complaints } = await watchedPage();
  await page.goto(shared.link);
  await giveToken(page, shared.token);
  await heading(page, say("offer.title"));
  assert.equal((await appliance.ada.look(shared)).viewsUsed, 0);
  await press(page, "offer.view");
  await heading(page, ITEMS.account[0]);
  assert.ok(!(await page.content()).includes(ITEMS.account[3]), "nothing stands there before it is asked for");
  await press(page, "show.all");
  await reads(page, ITEMS.account[3]);
  await page.reload();
  await giveToken(page, shared.token);
  await heading(page, ITEMS.account[0]);
  await press(page, "show.all");
  await reads(page, ITEMS.account[3]);
  assert.equal((await appliance.ada.look(shared)).viewsUsed, 1);
  const revealed = (await appliance.operator.events(shared)).filter((event) => event === "link.revealed");
  assert.equal(revealed.length, 1);
  await press(page, "shown.done");
  await press(page, "ask.destroy.yes");
  await heading(page, say("destroyed.title"));
  assert.deepEqual(complaints, []);
});

test("a dead end says what it is", async () => {
  const shared = await appliance.ada.share();
  assert.equal((await appliance.recipient("bob").open(shared)).code, 0);
  const { page, complaints } = await watchedPage();
  await page.goto(shared.link);
  await heading(page, say("end.used-up"));
  assert.deepEqual(complaints, []);
});
