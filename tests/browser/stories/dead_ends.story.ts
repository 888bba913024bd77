// Every way in which a link can be dead has its page, which says what to do; none of them spends anything.

import { at } from "../ground/page.ts";
import { expect, test } from "../ground/test.ts";

const WRONG = "0000-0000-0000-0000";

test("a share that starts later says when, and opens by itself then", async ({ another, page, watched }) => {
  watched.expects(/^network: net::ERR_\w+ knock$/);
  const appliance = await another();
  const shared = await appliance.ada.share({ starts: "2h", expires: "5d" });
  await page.clock.install();
  await page.goto(shared.link);
  await at(page).isAt("not-yet");
  await appliance.later(2 * 3600 + 5);
  await page.clock.fastForward("02:00:10");
  await at(page).isAt("token");
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
});

test("a link whose views are spent says so", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  expect((await appliance.recipient("bob").open(shared)).code).toBe(0);
  await page.goto(shared.link);
  await at(page).isAt("used-up");
  await expect(at(page).deed("report")).toBeVisible();
});

test("an expired link says so", async ({ another, page }) => {
  const appliance = await another();
  const shared = await appliance.ada.share({ expires: "1h" });
  await appliance.later(3601);
  await page.goto(shared.link);
  await at(page).isAt("expired");
});

test("a revoked link says so, also to who was about to view", async ({ appliance, page, watched }) => {
  watched.expects(/^network: 410 reveal$/);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.giveToken(shared.token);
  await there.isAt("offer");
  await appliance.ada.revoke(shared);
  await there.deed("view").click();
  await there.isAt("revoked");
  await page.reload();
  await there.isAt("revoked");
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
});

test("a frozen link says so and lives again when the freeze is lifted", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const { freeze } = await appliance.operator.tell(["share", "freeze", "--share", shared.share, "--reason", "somebody asked"]);
  await page.goto(shared.link);
  await at(page).isAt("frozen");
  await appliance.operator.tell(["share", "unfreeze", freeze]);
  await page.reload();
  await at(page).isAt("token");
});

test("a wrong token says how many tries are left, and the tenth locks the link", async ({ appliance, page, watched }) => {
  watched.expects(/^network: (403|423) check$/);
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  for (let left = 9; left > 0; left -= 1) {
    await there.giveToken(WRONG);
    await expect(there.sentence(left === 1 ? "token.wrong.one" : "token.wrong.other", { count: left })).toBeVisible();
    await expect(there.token).toBeFocused();
  }
  expect(await appliance.ada.look(shared)).toMatchObject({ failedTokens: 9, state: "open", viewsUsed: 0 });
  await there.giveToken(WRONG);
  await there.isAt("locked");
  expect((await appliance.ada.look(shared)).state).toBe("locked");
  await page.reload();
  await there.isAt("locked");
});

test("what can't be a token is not sent and counts nowhere", async ({ appliance, page, watched }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.isAt("token");
  const before = watched.requests().length;
  for (const text of ["", "7F3K", "7F3K-9QXM-02TV-HC5U", "7F3K-9QXM-02TV-HC5A-0"]) {
    await there.giveToken(text);
    await expect(there.sentence("token.malformed")).toBeVisible();
    await expect(there.token).toBeFocused();
  }
  expect(watched.requests()).toHaveLength(before);
  expect((await appliance.ada.look(shared)).failedTokens).toBe(0);
});

test("a token is forgiven its case, its dashes and its look-alikes", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  await page.goto(shared.link);
  await at(page).giveToken(`  ${shared.token.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `);
  await at(page).isAt("offer");
});

test("a wrong link and an unknown one look alike and count against nobody", async ({ appliance, page, watched }) => {
  watched.expects(/^network: 404 knock$/);
  const [shared, other] = [await appliance.ada.share(), await appliance.ada.share()];
  const fragment = (link: string): string => link.split("#")[1] ?? "";
  const links = [
    shared.link.replace(fragment(shared.link), fragment(other.link)),
    shared.link.replace(shared.id, "01901636-8694-739b-aea5-966c26f8ad91"),
  ];
  const looks: string[] = [];
  for (const link of links) {
    await page.goto(link);
    await at(page).isAt("unknown-link");
    looks.push(await page.locator("body").innerText());
  }
  expect(looks[0]).toBe(looks[1]);
  expect(await appliance.ada.look(shared)).toMatchObject({ failedTokens: 0, viewsUsed: 0, state: "open" });
});

test("a link that lost the part behind the # can be mended by pasting it whole", async ({ appliance, page }) => {
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link.split("#")[0] ?? "");
  await there.isAt("no-fragment");
  await there.token.fill("that link");
  await there.deed("pasteLink").click();
  await there.isAt("damaged-link");
  await there.token.fill(shared.link);
  await there.deed("pasteLink").click();
  await there.isAt("token");
  await there.open(shared);
});

test("a damaged link says so and sends nothing", async ({ appliance, page, watched }) => {
  const shared = await appliance.ada.share();
  await page.goto(shared.link.slice(0, -3));
  await at(page).isAt("damaged-link");
  expect(watched.requests().filter((request) => request.method !== "GET")).toEqual([]);
});

test("outside the allowed networks the daemon itself says which network to join; nothing is spent, and it is recorded", async ({ another, page, watched }) => {
  watched.expects(/^network: 403 [-0-9a-f]+$/);
  const hint = "Join the network Castle, or call 4711.";
  const appliance = await another();
  const shared = await appliance.ada.share();
  await appliance.settle(`[gate]\nrecipients = ["10.20.0.0/16"]\nhint = "${hint}"\n`);
  const answer = await page.goto(shared.link);
  expect(answer?.status()).toBe(403);
  await at(page).isAt("denied");
  await expect(page.getByText(hint)).toBeVisible();
  const denied = await appliance.operator.records(["--event", "gate.denied"]);
  expect(denied[0]).toMatchObject({ address: "127.0.0.1", details: { door: "recipients" } });
  await appliance.settle("");
  await page.reload();
  await at(page).open(shared);
});

test("who leaves the allowed networks with the page open is told so by the page", async ({ another, page, watched }) => {
  watched.expects(/^network: (403|net::ERR_\w+) \w+$/);
  const appliance = await another();
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.isAt("token");
  await appliance.settle(`[gate]\nrecipients = ["10.20.0.0/16"]\nhint = "Join the network Castle."\n`);
  await there.giveToken(shared.token);
  await there.isAt("outside-networks");
  await expect(page.getByText("Join the network Castle.")).toBeVisible();
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
});

test("a link whose door asks for a certificate since the page was loaded says so", async ({ another, page, watched }) => {
  watched.expects(/^network: (403|net::ERR_\w+) \w+$/);
  const appliance = await another();
  const shared = await appliance.ada.share();
  const there = at(page);
  await page.goto(shared.link);
  await there.isAt("token");
  await appliance.settle(`[tls]\nclient_certificates = "recipients"\nclient_authority = "authority.crt"\n`);
  await there.giveToken(shared.token);
  await there.isAt("no-certificate");
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
});

test("outside the networks of its share a link doesn't open", async ({ appliance, page, watched }) => {
  watched.expects(/^network: 403 knock$/);
  const shared = await appliance.ada.share({ network: "10.20.0.0/16" });
  await page.goto(shared.link);
  await at(page).isAt("outside-share-networks");
  expect(await appliance.ada.look(shared)).toMatchObject({ viewsUsed: 0, state: "open" });
});

test("a link without a token asks for none", async ({ another, page }) => {
  const appliance = await another("[policy]\nlinks_without_token = true\n");
  const shared = await appliance.ada.share({ withToken: false });
  await page.goto(shared.link);
  await at(page).open(shared);
});
