// What the page says, in the language of its reader.
//
// Every sentence stands in `words.json`; a page carries those of one language. A sentence is text and stays text: nothing in it is ever read as markup.

import type catalogue from "./words.json";

/** A language of the catalogue. */
export type Language = keyof typeof catalogue;

/** A sentence's name. */
export type Key = keyof (typeof catalogue)["en"];

/** A sentence that depends on a number: it stands as `name.one` and `name.other`. */
export type Counted = Key extends infer K ? (K extends `${infer Name}.other` ? Name : never) : never;

/** The sentences of one language. */
export type Words = Readonly<Partial<Record<Key, string>>>;

/** Each language by its own name. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", "pt-BR": "Português", es: "Español" };

const KEPT = "postern/language";
const LEFTWARDS = /^(ar|fa|he|ur)\b/;
const PATIENCE_MS = 10_000;

let chosen: Language = "en";
/** The language that was asked for last: an earlier wish whose answer comes late is no wish any more. */
let wished: Language | null = null;
let words: Words = {};

/** The page's language. */
export function language(): Language {
  return chosen;
}

/** The page's language as its reader writes it: dates in English differ between Dublin and Denver. */
export function locale(): string {
  return globalThis.navigator?.languages?.find((wish) => wish.split("-")[0] === chosen.split("-")[0]) ?? chosen;
}

/** Speaks the language in which the page was served. If another one was chosen here before, `then` is called once it is there. */
export function findLanguage(then: () => void): void {
  const served = document.documentElement.lang;
  speak(isLanguage(served) ? served : "en", JSON.parse(document.getElementById("words")?.textContent || "{}") as Words);
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // Without storage the page is as it was served.
  }
  if (isLanguage(kept) && kept !== chosen) {
    void fetchLanguage(kept).then(then);
  }
}

/** Changes the language, and keeps it for this browser's later visits where it allows that. */
export async function chooseLanguage(wish: string): Promise<void> {
  if (isLanguage(wish) && (await fetchLanguage(wish))) {
    try {
      localStorage.setItem(KEPT, wish);
    } catch {
      // It holds until the page is closed.
    }
  }
}

/** Makes these the words of the page. */
export function speak(language: Language, its: Words): void {
  chosen = language;
  words = its;
}

/** A sentence, with its `{places}` filled. */
export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** A sentence about a number of things. */
export function count(key: Counted, number: number): string {
  const form = new Intl.PluralRules(chosen).select(number) === "one" ? "one" : "other";
  return say(`${key}.${form}`, { count: new Intl.NumberFormat(locale()).format(number) });
}

/** A sentence with something other than text in one of its places. */
export function around<T>(key: Key, place: string, filling: T): (string | T)[] {
  return (words[key] ?? key).split(`{${place}}`).flatMap((text, index) => (index === 0 ? [text] : [filling, text]));
}

/** The page carries the words of one language. Those of another come with the same page, asked for in that language. */
async function fetchLanguage(wish: Language): Promise<boolean> {
  wished = wish;
  try {
    const headers = { "accept-language": wish };
    const answer = await fetch(location.pathname, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    const data = /id="words">(.*?)<\/script>/s.exec(await answer.text())?.[1];
    if (!data || wished !== wish || answer.headers.get("content-language") !== wish) {
      return false;
    }
    speak(wish, JSON.parse(data) as Words);
    document.documentElement.lang = wish;
    document.documentElement.dir = LEFTWARDS.test(wish) ? "rtl" : "ltr";
    return true;
  } catch {
    // The language stays.
    return false;
  }
}

function isLanguage(text: string | null): text is Language {
  return text !== null && Object.hasOwn(LANGUAGES, text);
}
