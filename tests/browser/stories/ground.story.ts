// The ground that every other story stands on: that watching a page sees what it is there for, and that the browser trusts the appliance.

import { expect, test } from "../ground/test.ts";

test("whatever a page must not do is seen", async ({ appliance, context, page, watched }) => {
  const provoked = /^(violated|uncaught|console|elsewhere|network|dialog): ?/;
  watched.expects(provoked);
  const saw = async (what: RegExp): Promise<void> => {
    await expect.poll(() => seen().filter((complaint) => what.test(complaint))).not.toEqual([]);
  };
  const seen = (): readonly string[] => watched.all();
  await page.goto(appliance.url);
  expect(seen()).toEqual([]);

  await page.evaluate(() => document.body.setAttribute("style", "color: red"));
  await saw(/^violated: style-src/);
  await page.evaluate(() => {
    document.body.innerHTML = "<p>no</p>";
  }).catch(() => undefined);
  await saw(/^violated: require-trusted-types-for/);
  await page.evaluate(() => console.error("a mishap"));
  await saw(/^console: a mishap/);
  await page.evaluate(() => void setTimeout(() => { throw new Error("nobody catches this"); }));
  await saw(/^uncaught: nobody catches this/);
  await page.evaluate(() => void Promise.reject(new Error("nor this")));
  await saw(/^uncaught: nor this/);
  await page.evaluate(() => void fetch("/api/v1/links/nowhere/knock", { method: "POST" }).catch(() => undefined));
  await saw(/^network: 4\d\d knock/);
  await page.evaluate(() => alert("stop"));
  await saw(/^dialog: stop/);
  const elsewhere = await context.newPage();
  await elsewhere.goto("http://127.0.0.1:9/").catch(() => undefined);
  await saw(/^elsewhere: http:\/\/127\.0\.0\.1:9\//);
});

test("the browser trusts the appliance as it trusts any other", async ({ appliance, page }) => {
  const answer = await page.goto(appliance.url);
  expect(answer?.status()).toBe(200);
  expect(await answer?.securityDetails()).toMatchObject({ protocol: "TLS 1.3" });
  expect(await page.evaluate(() => isSecureContext && crypto.subtle !== undefined)).toBe(true);
});

test("a line can be cut between a question and its answer", async ({ appliance, lineTo, page, watched }) => {
  watched.expects(/^network: net::ERR_/);
  const line = await lineTo(appliance);
  await page.goto(line.url);
  const ask = (): Promise<number> => page.evaluate(() => fetch("/api/v1/links/nowhere/knock", { method: "POST" }).then((a) => a.status, () => 0));
  watched.expects(/^network: 4\d\d knock/);
  expect(await ask()).not.toBe(0);
  line.loseAnswers();
  expect(await ask()).toBe(0);
  expect(line.lost()).toBeGreaterThan(0);
  line.heal();
  expect(await ask()).not.toBe(0);
  line.refuse();
  expect(await ask()).toBe(0);
  line.heal();
  expect(await ask()).not.toBe(0);
});
