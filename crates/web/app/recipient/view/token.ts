// The link is right: the token is asked for. Being here spends nothing, and the page says so.

import { count, say } from "../../words/words.ts";
import type { State, TokenScreen } from "../state.ts";
import { part, type Piece } from "./element.ts";
import { type Act, button, heading, lead, mainButton, note, troubleNote, type View } from "./view.ts";

export function tokenView(state: State, screen: TokenScreen, act: Act): View {
  const reports = screen.purpose === "report";
  const title = say(reports ? "report.title" : "page.title");
  const mistake = refusal(screen);
  const deed = { name: "token-given", text: "" } as const;
  const back = button(state, act, { name: "never-mind" }, { class: "quiet" }, say("ask.report.no"));
  return {
    key: `token ${screen.purpose}`,
    title,
    door: "shut",
    pieces: [
      heading(title),
      lead(say(reports ? "report.lead" : "token.lead")),
      screen.again && note("calm", say("again")),
      part(
        "form",
        { novalidate: true, onsubmit: (event) => submit(event, mistake === null, act) },
        part("label", { for: "token" }, say("token.label")),
        part("input", {
          id: "token",
          type: "text",
          class: "code",
          dir: "ltr",
          autocomplete: "off",
          autocapitalize: "characters",
          autocorrect: "off",
          spellcheck: "false",
          inputmode: "text",
          enterkeyhint: "go",
          "aria-required": "true",
          "aria-invalid": mistake ? "true" : null,
          "aria-describedby": "mistake token-hint",
          oninput: regroup,
        }),
        part("p", { id: "mistake", class: "mistake", hidden: !mistake }, mistake),
        part("p", { id: "token-hint", class: "hint" }, say("token.hint")),
        troubleNote(state),
        submitting(mainButton(state, act, deed, say(reports ? "ask.report.yes" : "token.go"))),
      ),
      part("div", { class: "aside" }, part("p", {}, say("token.help")), reports && back),
    ],
  };
}

/** What is wrong with the token that was given. */
export function refusal({ refused }: TokenScreen): string | null {
  switch (refused?.why) {
    case "wrong":
      return count("token.wrong", refused.triesLeft);
    case "malformed":
      return say("token.malformed");
    case "no-match":
      return say("token.no-match");
    default:
      return null;
  }
}

/** A token as it stands in its message, in groups of four; and where the caret goes. */
export function grouped(text: string, caret: number): { readonly text: string; readonly caret: number } {
  const group = (part: string): string => part.replace(/[^0-9a-z]/gi, "").toUpperCase().replace(/(.{4})(?=.)/g, "$1-");
  return { text: group(text), caret: group(text.slice(0, caret)).length };
}

/** Whether something was typed since a token was given. */
let typed = false;

function regroup(event: Event): void {
  typed = true;
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || (event as InputEvent).isComposing) {
    return;
  }
  const { text, caret } = grouped(field.value, field.selectionStart ?? field.value.length);
  if (text !== field.value) {
    field.value = text;
    field.setSelectionRange(caret, caret);
  }
}

/** The form gives the token, whether by button or by Enter. */
function submitting(button: Piece): Piece {
  return button && typeof button === "object" ? { ...button, traits: { ...button.traits, type: "submit", onclick: null } } : button;
}

/** A token that was refused is not given once more: who holds Enter down, or clicks twice, would use up the tries. */
function submit(event: Event, right: boolean, act: Act): void {
  event.preventDefault();
  const field = document.getElementById("token");
  const waits = (event as SubmitEvent).submitter?.getAttribute("aria-disabled") === "true";
  if (field instanceof HTMLInputElement && !waits && (right || typed)) {
    typed = false;
    act({ name: "token-given", text: field.value });
  }
}
