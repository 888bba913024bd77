// The recipient's page as its reader has it: by roles and by the words that stand there.
//
// Never by a class or an id, which nobody sees.

import { expect, type Locator, type Page } from "@playwright/test";

import { ITEMS, type Item, type Shared } from "./people.ts";
import { DEEDS, FIELDS, TITLES, type DeedName, type End, type Field, type Title } from "./says.ts";
import { say, saying, type Language } from "./words.ts";

export interface AtPage {
  /** The heading that says where the page is. */
  title(title: Title): Locator;
  /** Waits until the page says that it is here. */
  isAt(title: Title): Promise<void>;
  /** Waits until it shows what was shared. */
  shows(item?: Item): Promise<void>;
  /** The field into which the token, or a link, is typed. */
  readonly token: Locator;
  /** A button by what it does. */
  deed(name: DeedName): Locator;
  /** Waits for the token's field, types the token and gives it. */
  giveToken(token: string): Promise<void>;
  /** Gives the token, if there is one, and views: what was shared stands there afterwards, hidden. */
  open(shared: Shared): Promise<void>;
  /** Views again what was viewed a few minutes ago, on a link that has no view left: giving the token is enough. */
  openAgain(shared: Shared): Promise<void>;
  /** A value with its buttons. */
  row(field: Field): Locator;
  /** A button in a value's row. */
  fieldDeed(field: Field, name: "show" | "hide" | "copy"): Locator;
  show(field: Field): Promise<void>;
  /** Waits until this value is legible. */
  reads(field: Field, value: string): Promise<void>;
  /** Whether this text stands anywhere in the document, seen or not, in text, in attributes or in fields. */
  holds(text: string): Promise<boolean>;
  /** What is said of a request that got no answer, where the way goes on. */
  trouble(why: End): Locator;
  /** A sentence of the catalogue, with its gaps filled or whatever stands in them. */
  sentence(key: string, gaps?: Readonly<Record<string, string | number>>): Locator;
}

export function at(page: Page, language: Language = "en"): AtPage {
  const title = (name: Title): Locator => page.getByRole("heading", { level: 1, name: saying(TITLES[name], language) });
  const deed = (name: DeedName): Locator => page.getByRole("button", { name: saying(DEEDS[name], language) });
  const row = (field: Field): Locator => page.getByRole("group", { name: saying(FIELDS[field], language) });
  const fieldDeed = (field: Field, name: DeedName): Locator => row(field).getByRole("button", { name: saying(DEEDS[name], language) });
  const token = page.getByRole("textbox");
  const isAt = async (name: Title): Promise<void> => expect(title(name)).toBeVisible();
  const shows = async (item: Item = "account"): Promise<void> => {
    await expect(page.getByRole("heading", { level: 1, name: ITEMS[item][0] })).toBeVisible();
  };
  const giveToken = async (text: string): Promise<void> => {
    await isAt("token");
    await token.fill(text);
    await deed("giveToken").click();
  };
  const view = async (): Promise<void> => {
    await isAt("offer");
    await deed("view").click();
  };
  return {
    title,
    isAt,
    shows,
    token,
    deed,
    giveToken,
    open: async (shared) => {
      if (shared.token !== "") {
        await giveToken(shared.token);
      }
      await view();
      await expect(deed("forget")).toBeVisible();
    },
    openAgain: async (shared) => {
      await giveToken(shared.token);
      await expect(deed("forget")).toBeVisible();
    },
    row,
    fieldDeed,
    show: async (field) => fieldDeed(field, "show").click(),
    reads: async (field, value) => expect(row(field)).toContainText(value),
    holds: async (text) =>
      page.evaluate((text) => {
        const typed = [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value);
        return document.documentElement.outerHTML.includes(text) || typed.includes(text);
      }, text),
    trouble: (why) => page.locator("main, dialog").getByText(`${say(TITLES[why], {}, language)}. ${say("trouble.kept", {}, language)}`),
    // What a screen reader is told stands outside of these, and says the same once more.
    sentence: (key, gaps) =>
      page.locator("main, dialog").getByText(gaps === undefined ? saying(key, language) : say(key, gaps, language)).first(),
  };
}
