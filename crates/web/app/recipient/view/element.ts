// Draws what views describe: makes elements once, and afterwards changes only what differs. So nobody loses the
// focus, a selection or what they have typed when the state changes.
//
// Text is set as text and attributes by their names: no markup is ever parsed here.

/** An element as a view wants it. */
export interface Part {
  readonly tag: string;
  readonly traits: Traits;
  readonly pieces: readonly Piece[];
}

/** Something inside an element. What isn't there keeps its place, so that what follows isn't made anew. */
export type Piece = Part | string | false | null;

/** Attributes (`true`: one without a value) and handlers (`onclick` ...). Another `key` is another element. */
export type Traits = Readonly<Record<string, string | boolean | null | ((event: Event) => void)>>;

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap<Element, Traits>();

export function part(tag: string, traits: Traits = {}, ...pieces: readonly (Piece | readonly Piece[])[]): Part {
  return { tag, traits, pieces: pieces.flat() };
}

/** Makes an element's inside be as described. */
export function patch(parent: Element, pieces: readonly Piece[]): void {
  pieces.forEach((piece, index) => {
    const old = parent.childNodes[index];
    if (piece === null || typeof piece !== "object") {
      const text = piece || "";
      if (!(old instanceof Text)) {
        put(parent, old, document.createTextNode(text));
      } else if (old.data !== text) {
        old.data = text;
      }
      return;
    }
    const same = old instanceof Element && old.localName === piece.tag && drawn.get(old)?.["key"] === piece.traits["key"];
    const namespace = piece.tag === "svg" ? SVG : parent.namespaceURI;
    const element = same ? old : document.createElementNS(namespace, piece.tag);
    dress(element, piece.traits);
    patch(element, piece.pieces);
    if (!same) {
      put(parent, old, element);
    }
  });
  while (parent.childNodes.length > pieces.length) {
    parent.lastChild?.remove();
  }
}

function put(parent: Element, old: Node | undefined, node: Node): void {
  if (old) {
    parent.replaceChild(node, old);
  } else {
    parent.append(node);
  }
}

function dress(element: Element, traits: Traits): void {
  const before = drawn.get(element) ?? {};
  for (const name of Object.keys({ ...before, ...traits })) {
    const value = traits[name] ?? null;
    if (name === "key" || value === before[name]) {
      continue;
    }
    if (name.startsWith("on")) {
      Object.assign(element, { [name]: value });
    } else if (value === null || value === false) {
      element.removeAttribute(name);
    } else if (typeof value !== "function") {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  drawn.set(element, traits);
}
