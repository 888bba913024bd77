// The main way: a link and a token become what was shared, by mouse, by keyboard alone, and by touch on a phone.

import { type Locator, type Page } from "@playwright/test";

import { at } from "../ground/page.ts";
import { ITEMS, type Item } from "../ground/people.ts";
import type { Field } from "../ground/says.ts";
import { expect, test } from "../ground/test.ts";

/** What each kind shows, by its fields in the order in which their owner typed them. */
const SHOWN: Readonly<Record<Item, readonly (readonly [Field, string])[]>> = {
  account: [["url", ITEMS.account[1]], ["username", ITEMS.account[2]], ["password", ITEMS.account[3]], ["notes", ITEMS.account[5]]],
  note: [["body", ITEMS.note[1]]],
  api_secret: [
    ["application_url", ITEMS.api_secret[1]],
    ["key", ITEMS.api_secret[2]],
    ["secret", ITEMS.api_secret[3]],
    ["notes", ITEMS.api_secret[4]],
  ],
};

const KINDS = Object.keys(SHOWN) as Item[];

for (const item of KINDS) {
  test(`by mouse: the ${item} that was shared is seen, each value once it is asked for, and one view is spent`, async ({ appliance, page }) => {
    const shared = await appliance.ada.share({ item });
    const there = at(page);
    await page.goto(shared.link);
    await there.isAt("token");
    expect(await appliance.operator.events(shared)).not.toContain("link.checked");
    await there.giveToken(shared.token);
    await there.isAt("offer");
    await expect(page.getByText("Ada Lovelace")).toBeVisible();
    await expect(page.getByText("ada@example.com")).toBeVisible();
    await expect(there.sentence("cost.only")).toBeVisible();
    expect((await appliance.ada.look(shared)).viewsUsed).toBe(0);
    await there.deed("view").click();
    await there.shows(item);
    for (const [field, value] of SHOWN[item]) {
      expect(await there.holds(value), `${field} before it is shown`).toBe(false);
      await there.show(field);
      await there.reads(field, value);
      await there.fieldDeed(field, "hide").click();
      await expect.poll(() => there.holds(value), `${field} hidden again`).toBe(false);
    }
    if (SHOWN[item].length > 1) {
      await there.deed("showAll").click();
    } else {
      await there.show("body");
    }
    for (const [field, value] of SHOWN[item]) {
      await there.reads(field, value);
    }
    expect(await appliance.ada.look(shared)).toMatchObject({ viewsUsed: 1, state: "used-up" });
    expect((await appliance.operator.events(shared)).filter((event) => event.startsWith("link."))).toEqual(["link.checked", "link.revealed", "link.used_up"]);
    await appliance.mail.waitFor("ada@example.com", shared.id.slice(-8));
  });
}

test("by keyboard alone: focus is always seen, and goes where the reader goes on", async ({ appliance, page }) => {
  const shared = await appliance.ada.share({ views: 2 });
  const there = at(page);
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  await page.goto(shared.link);
  await there.isAt("token");
  await reach(page, there.token);
  await page.keyboard.type("not a token");
  await press("Enter");
  await expect(there.sentence("token.malformed")).toBeVisible();
  await expect(there.token).toBeFocused();
  await press("Control+A");
  await page.keyboard.type(shared.token);
  await press("Enter");
  await expect(there.title("offer")).toBeFocused();
  await reach(page, there.deed("view"));
  await press("Space");
  await expect(page.getByRole("heading", { level: 1, name: "Staging server" })).toBeFocused();
  await reach(page, there.fieldDeed("password", "show"));
  await press("Enter");
  await there.reads("password", ITEMS.account[3]);
  await expect(there.fieldDeed("password", "hide")).toBeFocused();
  await press("Space");
  await expect(there.fieldDeed("password", "show")).toBeFocused();
  await reach(page, there.deed("prolong"));
  await press("Enter");
  await expect(there.deed("prolong")).toBeFocused();

  // What is asked once more takes the focus, gives it back, and does nothing on Escape.
  for (const [ask, no, yes] of [["destroy", "destroyNo", "destroyYes"], ["report", "reportNo", "reportYes"]] as const) {
    await reach(page, there.deed(ask));
    await press("Enter");
    await expect(there.deed(yes)).toBeVisible();
    await expect(page.getByRole("dialog").or(page.getByRole("alertdialog"))).toBeVisible();
    expect(await focusIsWithin(page.getByRole("dialog").or(page.getByRole("alertdialog")))).toBe(true);
    await press("Escape");
    await expect(there.deed(yes)).toBeHidden();
    await expect(there.deed(ask)).toBeFocused();
    await press("Enter");
    await reach(page, there.deed(no));
    await press("Enter");
    await expect(there.deed(ask)).toBeFocused();
  }
  expect((await appliance.ada.look(shared)).state).toBe("open");

  await reach(page, there.deed("forget"));
  await press("Space");
  await expect(there.title("forgotten")).toBeFocused();
  await reach(page, there.deed("viewAgain"));
  await press("Enter");
  await there.isAt("token");
  expect((await appliance.ada.look(shared)).viewsUsed).toBe(1);
});

test("whatever has the focus is never hidden behind what stays in sight, in a low window either", async ({ appliance, page }) => {
  await page.setViewportSize({ width: 640, height: 400 });
  const shared = await appliance.ada.share({ views: 2 });
  await page.goto(shared.link);
  await at(page).open(shared);
  for (let steps = 0; steps < 30; steps += 1) {
    await page.keyboard.press("Tab");
    const covered = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === null || one === document.body) {
        return null;
      }
      const { left, top, width, height } = one.getBoundingClientRect();
      const seen = document.elementFromPoint(left + width / 2, top + height / 2);
      return seen !== null && (one.contains(seen) || seen.contains(one)) ? null : (one.getAttribute("aria-label") ?? one.textContent);
    });
    expect(covered).toBeNull();
  }
});

/** Longer than what browsers take for one double tap, in milliseconds: the page lets none of those view, and no thumb is quicker on purpose. */
const DOUBLE_TAP = 700;

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  for (const item of KINDS) {
    test(`by touch: the ${item} that was shared is seen without scrolling sideways`, async ({ appliance, page }) => {
      const shared = await appliance.ada.share({ item });
      const there = at(page);
      const fits = async (): Promise<void> => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      };
      await page.goto(shared.link);
      await there.isAt("token");
      await fits();
      await there.token.tap();
      await page.keyboard.type(shared.token);
      await there.deed("giveToken").tap();
      await there.isAt("offer");
      await fits();
      await page.waitForTimeout(DOUBLE_TAP);
      await there.deed("view").tap();
      await there.shows(item);
      for (const [field, value] of SHOWN[item]) {
        await there.fieldDeed(field, "show").tap();
        await there.reads(field, value);
      }
      await fits();
      await there.deed("forget").tap();
      await there.isAt("forgotten");
      await fits();
    });
  }
});

/** Goes there with the Tab key; wherever the focus rests on the way, it is seen. */
async function reach(page: Page, goal: Locator): Promise<void> {
  for (let steps = 0; steps < 40; steps += 1) {
    if (await goal.evaluate((one) => one === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
    expect(await focusIsSeen(page), "the focus is seen").toBe(true);
  }
  throw new Error(`Tab doesn't lead to ${goal}`);
}

/** Whether what has the focus shows that it has; what lies outside the document (the browser's own) does. */
function focusIsSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const one = document.activeElement;
    if (one === null || one === document.body) {
      return true;
    }
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    const { width, height } = one.getBoundingClientRect();
    return width > 0 && height > 0 && ((outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none");
  });
}

function focusIsWithin(place: Locator): Promise<boolean> {
  return place.evaluate((one) => one.contains(document.activeElement));
}
