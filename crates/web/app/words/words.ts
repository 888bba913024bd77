// What the page says, in the language of its reader.
//
// Every sentence stands in `words.json`. A sentence is text and stays text: nothing in it is ever read as markup.

import catalogue from "./words.json" with { type: "json" };

/** A language of the catalogue. */
export type Language = keyof typeof catalogue;

/** A sentence's name. */
export type Key = keyof (typeof catalogue)["en"];

/** A sentence that depends on a number: it stands as `name.one` and `name.other`. */
export type Counted = Key extends infer K ? (K extends `${infer Name}.other` ? Name : never) : never;

/** Each language by its own name. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", "pt-BR": "Português", es: "Español" };

const KEPT = "postern/language";
const LEFTWARDS = /^(ar|fa|he|ur)\b/;

let chosen: Language = "en";

/** The page's language. */
export function language(): Language {
  return chosen;
}

/** The page's language as its reader writes it: dates in English differ between Dublin and Denver. */
export function locale(): string {
  return globalThis.navigator?.languages?.find((wish) => wish.split("-")[0] === chosen.split("-")[0]) ?? chosen;
}

/** Takes the language that was chosen here before; else the one in which the page was served. */
export function findLanguage(): void {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // Without storage the page is as it was served.
  }
  apply([kept, document.documentElement.lang].find(isLanguage) ?? "en");
}

/** Changes the language and keeps it for this browser's later visits, where it allows that. */
export function chooseLanguage(wish: string): void {
  if (isLanguage(wish)) {
    apply(wish);
    try {
      localStorage.setItem(KEPT, wish);
    } catch {
      // It holds until the page is closed.
    }
  }
}

/** A sentence, with its `{places}` filled. */
export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return catalogue[chosen][key].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** A sentence about a number of things. */
export function count(key: Counted, number: number): string {
  const form = new Intl.PluralRules(chosen).select(number) === "one" ? "one" : "other";
  return say(`${key}.${form}`, { count: new Intl.NumberFormat(locale()).format(number) });
}

/** A sentence with something other than text in one of its places. */
export function around<T>(key: Key, place: string, filling: T): (string | T)[] {
  return catalogue[chosen][key].split(`{${place}}`).flatMap((text, index) => (index === 0 ? [text] : [filling, text]));
}

function isLanguage(text: string | null): text is Language {
  return text !== null && Object.hasOwn(catalogue, text);
}

function apply(next: Language): void {
  chosen = next;
  document.documentElement.lang = next;
  document.documentElement.dir = LEFTWARDS.test(next) ? "rtl" : "ltr";
}
