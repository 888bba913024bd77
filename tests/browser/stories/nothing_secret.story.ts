// Nothing secret leaves the page but in bodies to the daemon, and of those none holds what was shared, the token or the link's secret.

import { at } from "../ground/page.ts";
import { ITEMS } from "../ground/people.ts";
import { expect, test } from "../ground/test.ts";

test("no address, title, console line, request, storage or journal line holds a secret", async ({ appliance, page, watched }) => {
  const shared = await appliance.ada.share({ views: 2 });
  const there = at(page);
  const titles = new Set<string>();
  const remember = async (): Promise<void> => void titles.add(await page.title());
  await page.goto(shared.link);
  await there.isAt("token");
  await remember();
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await remember();
  await there.deed("view").click();
  await there.deed("showAll").click();
  await there.reads("password", ITEMS.account[3]);
  await remember();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]));
  await there.deed("forget").click();
  await remember();

  const secret = shared.link.split("#")[1] ?? "";
  const token = shared.token.replaceAll("-", "");
  const secrets = [secret, shared.token, token, ...ITEMS.account.slice(2, 4)];
  const asked = watched.requests();
  expect(asked.filter((request) => request.method === "POST").length).toBeGreaterThanOrEqual(3);
  const told = [kept, appliance.said(), ...titles, ...watched.console(), ...asked.flatMap((request) => [request.url.split("#")[0] ?? "", request.body])];
  for (const text of told) {
    for (const one of secrets) {
      expect(text.toUpperCase().includes(one.toUpperCase()), `${text} holds a secret`).toBe(false);
    }
  }
  for (const request of asked) {
    expect(new URL(request.url).search, request.url).toBe("");
  }
  expect(watched.console()).toEqual([]);
});
