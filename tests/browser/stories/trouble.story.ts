// The network fails, the daemon is away, somebody asks too much, the browser can't: nothing is spent, and the way goes on afterwards.

import { at } from "../ground/page.ts";
import { ITEMS } from "../ground/people.ts";
import { expect, test } from "../ground/test.ts";
import { say } from "../ground/words.ts";

test("without a network the page says so, and goes on where it was", async ({ appliance, context, page, watched }) => {
  watched.expects(/^network: net::ERR_INTERNET_DISCONNECTED \w+$/);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await context.setOffline(true);
  await there.deed("view").click();
  await expect(there.trouble("no-network")).toBeVisible();
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
  await context.setOffline(false);
  await there.deed("tryAgain").click();
  await there.shows();
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(1);
});

test("a daemon that is away is said to be, and the page goes on when it is back", async ({ another, lineTo, page, watched }) => {
  watched.expects(/^network: net::ERR_\w+ \w+$/);
  const appliance = await another();
  const line = await lineTo(appliance);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link.replace(appliance.url, line.url));
  await there.isAt("token");
  await appliance.stop();
  await there.giveToken(shared.token);
  await expect(there.trouble("daemon-away")).toBeVisible();
  await appliance.start();
  await there.deed("tryAgain").click();
  await there.isAt("offer");
  line.refuse();
  await there.deed("view").click();
  await expect(there.trouble("daemon-away")).toBeVisible();
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
  line.heal();
  await there.deed("tryAgain").click();
  await there.shows();
});

test("a daemon that is away from the beginning is a dead end with a way on", async ({ appliance, lineTo, page, watched }) => {
  watched.expects(/^network: net::ERR_\w+ knock$/);
  const line = await lineTo(appliance);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.route("**/knock", async (route) => {
    line.refuse();
    await route.continue();
  });
  await page.goto(shared.link.replace(appliance.url, line.url));
  await there.isAt("daemon-away");
  await page.unroute("**/knock");
  line.heal();
  await there.deed("tryAgain").click();
  await there.isAt("token");
});

test("who asks too much is told how long to wait, and then goes on", async ({ another, page, watched }) => {
  watched.expects(/^network: 429 \w+$/);
  const appliance = await another();
  const shared = await appliance.ada.share();
  await appliance.settle("[limits]\nrequests_per_minute = 6\nrequests_at_once = 8\n");
  const there = at(page);
  await page.goto(shared.link);
  await there.isAt("token");
  let answers: readonly number[] = [];
  await expect
    .poll(async () => {
      answers = await page.evaluate(async () => {
        const ask = (): Promise<Response> => fetch("/assets/none", { method: "POST" });
        return Promise.all([ask(), ask(), ask(), ask()]).then((all) => all.map((one) => one.status));
      });
      return answers.at(-1);
    })
    .toBe(429);
  watched.expects(/^network: 4\d\d none$/);
  await there.giveToken(shared.token);
  await expect(there.trouble("too-many-requests")).toBeVisible();
  expect(await appliance.operator.events(shared)).not.toContain("link.checked");
  await expect(page.getByRole("button", { name: say("retry"), exact: true })).toBeVisible();
  await there.deed("tryAgain").click();
  await there.isAt("offer");
});

test("a browser that lacks what the page needs is told so, and nothing is sent", async ({ appliance, page, watched }) => {
  const shared = await appliance.ada.share();
  await page.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
  await page.goto(shared.link);
  await at(page).isAt("browser-too-old");
  expect(watched.requests().filter((request) => request.method !== "GET")).toEqual([]);
});

test("a page whose script never comes says what to do", async ({ appliance, page, watched }) => {
  watched.expects(/^network: net::ERR_\w+ .*\.js$/);
  const shared = await appliance.ada.share();
  await page.route("**/*.js", (route) => route.abort());
  await page.goto(shared.link);
  await expect(at(page).sentence("static.late.do")).toBeVisible();
});

test.describe("with scripts switched off", () => {
  test.use({ javaScriptEnabled: false });
  test("the page says that it needs them, and how else to open the link", async ({ appliance, page }) => {
    const shared = await appliance.ada.share();
    await page.goto(shared.link);
    await at(page).isAt("scripts-off");
  });
});

test("where nothing can be kept, nothing is spent", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("no", "SecurityError");
      },
    });
  });
  await page.goto(shared.link);
  await at(page).isAt("no-storage");
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
});

test("where storage is full, nothing is spent either", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await there.deed("view").click();
  await there.isAt("no-storage");
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
  await page.reload();
  await there.open(shared);
  await there.show("password");
  await there.reads("password", ITEMS.account[3]);
});
