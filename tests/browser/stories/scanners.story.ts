// Mail scanners, previews and prefetchers come before the recipient: whatever they do without the token spends nothing and counts nowhere.

import { request as https } from "node:https";

import type { Appliance } from "../ground/appliance.ts";
import { at } from "../ground/page.ts";
import type { Shared } from "../ground/people.ts";
import { expect, test } from "../ground/test.ts";

/** Asks as a program does that doesn't care about certificates. */
function ask(url: string, method: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((done, failed) => {
    const asked = https(url.split("#")[0] ?? "", { method, headers, rejectUnauthorized: false }, (answer) => {
      answer.resume().on("end", () => done(answer.statusCode ?? 0));
    });
    asked.on("error", failed);
    asked.end();
  });
}

async function nothingHappened(appliance: Appliance, shared: Shared): Promise<void> {
  expect(await appliance.ada.look(shared)).toMatchObject({ state: "open", viewsUsed: 0, failedTokens: 0 });
  const events = await appliance.operator.events(shared);
  expect(events.filter((event) => event.startsWith("link."))).toEqual([]);
}

test("who asks for the page in whatever way spends nothing", async ({ appliance }) => {
  const shared = await appliance.ada.share();
  expect(await ask(shared.link, "GET", { "user-agent": "MailScanner/5" })).toBe(200);
  expect(await ask(shared.link, "HEAD", {})).toBe(200);
  for (const prefetch of [{ purpose: "prefetch" }, { "sec-purpose": "prefetch;prerender" }, { "x-moz": "prefetch" }]) {
    expect(await ask(shared.link, "GET", prefetch)).toBe(200);
  }
  await nothingHappened(appliance, shared);
});

test("a scanner that runs scripts, presses every button and sends every form spends nothing", async ({ appliance, page, watched }) => {
  const shared = await appliance.ada.share();
  await page.goto(shared.link);
  await at(page).isAt("token");
  for (let round = 0; round < 3; round += 1) {
    const pressed = await page.evaluate(async () => {
      const all = [...document.querySelectorAll<HTMLElement>("button, a[href], input, select, summary, [role=button]")];
      for (const one of all) {
        one.click();
        await new Promise((go) => setTimeout(go, 50));
      }
      for (const form of document.querySelectorAll("form")) {
        form.requestSubmit();
      }
      return all.length;
    });
    expect(pressed).toBeGreaterThan(0);
  }
  // With something in the field, as scanners fill in what they find.
  for (const text of ["test", "test@example.com", "12345678"]) {
    if (await at(page).token.isVisible()) {
      await at(page).token.fill(text);
      await page.keyboard.press("Enter");
    }
  }
  const asked = watched.requests().filter((request) => request.method !== "GET").map((request) => request.url.split("/").at(-1));
  expect(asked.filter((name) => name !== "knock")).toEqual([]);
  await nothingHappened(appliance, shared);
});
