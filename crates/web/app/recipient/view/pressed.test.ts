// What a hand that presses twice, or doesn't let go, brings about.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deed, Screen } from "../state.ts";
import { asked, offered, shown } from "../story.ts";
import type { Part, Piece } from "./element.ts";
import { offerView } from "./offer.ts";
import { questionView } from "./question.ts";
import { tokenView } from "./token.ts";
import { mainButton } from "./view.ts";

test("a token that was refused is sent again only after something was typed, however long Enter is held down", () => {
  const given: Deed[] = [];
  const state = asked().page;
  const view = (screen: Extract<Screen, { name: "token" }>): readonly Piece[] =>
    tokenView(state, screen, (deed) => given.push(deed)).pieces;
  const refused = view({ name: "token", purpose: "view", again: false, refused: { why: "wrong", triesLeft: 9 } });
  const field = new (class {
    value = "0000-0000-0000-0000";
    selectionStart = 0;
  })();
  Object.assign(globalThis, { document: { getElementById: () => field }, HTMLInputElement: field.constructor });
  handler(view(asked().on("token")), "onsubmit")(pressed());
  assert.equal(given.length, 1);
  handler(refused, "onsubmit")(pressed());
  assert.equal(given.length, 1);
  handler(refused, "oninput")({ target: field } as unknown as Event);
  handler(refused, "onsubmit")(pressed());
  handler(refused, "onsubmit")(pressed());
  assert.equal(given.length, 2);
});

test("of a double click the second half neither views, nor confirms, nor tries again", () => {
  const done: Deed[] = [];
  const act = (deed: Deed): void => void done.push(deed);
  const offer = offered();
  const asks = shown().tell({ name: "ask", question: "destroy" }).page;
  const buttons = [
    ...partsOf(offerView(offer.page, offer.on("offer"), act).pieces).filter(({ traits }) => traits["class"] === "main"),
    ...partsOf([questionView(asks, act)]).filter(({ traits }) => traits["class"] === "danger"),
    mainButton(offer.page, act, { name: "try-again" }, ""),
  ];
  assert.equal(buttons.length, 3);
  for (const button of buttons) {
    handler([button], "onclick")(pressed(2));
  }
  assert.deepEqual(done, []);
  for (const button of buttons) {
    handler([button], "onclick")(pressed(0));
    handler([button], "onclick")(pressed(1));
  }
  assert.equal(done.length, 6);
});

test("while a question is being answered, its button says so and does nothing", () => {
  const done: Deed[] = [];
  const asks = shown().tell({ name: "ask", question: "report" }).does("confirm").page;
  const dialog = partsOf([questionView(asks, (deed) => done.push(deed))]);
  const button = dialog.filter(({ traits }) => traits["class"] === "danger");
  assert.equal(button[0]?.traits["aria-disabled"], "true");
  handler(button, "onclick")(pressed());
  assert.deepEqual(done, []);
});

function pressed(detail = 1): Event {
  return { preventDefault: () => undefined, submitter: null, detail } as unknown as Event;
}

function partsOf(pieces: readonly Piece[]): readonly Part[] {
  return pieces.flatMap((piece) => (typeof piece === "object" && piece ? [piece, ...partsOf(piece.pieces)] : []));
}

/** The first handler of this name in what is drawn. */
function handler(pieces: readonly Piece[], name: string): (event: Event) => void {
  const found = partsOf(pieces).map((part) => part.traits[name]).find((trait) => typeof trait === "function");
  return found as (event: Event) => void;
}
