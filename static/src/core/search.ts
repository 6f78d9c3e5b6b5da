/**
 * Search over the course. The index is what server/site/build made of lessons,
 * exercises and reference pages; it is small enough to be looked through anew
 * at every key.
 */

/** One page of the index; server/site/build/search.go writes it. */
export interface SearchPage {
  readonly u: string;
  readonly k: "lesson" | "exercise" | "reference";
  readonly t: string;
  readonly p: readonly SearchPart[];
}

/** What stands below one heading: its anchor, the heading, the text. */
export interface SearchPart {
  readonly a?: string;
  readonly h?: string;
  readonly x: string;
}

/** A piece of text, found or around what was found. */
export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

export interface Hit {
  readonly url: string;
  readonly kind: SearchPage["k"];
  readonly title: string;
  /** Empty for what stands above the first heading. */
  readonly heading: string;
  readonly snippet: readonly Piece[];
  readonly score: number;
}

const WEIGHT = { title: 10, heading: 7, text: 1 };
/** A word that is found in the middle of another counts so much of one at its beginning. */
const INSIDE = 0.3;
/** More finds in one text than this say no more. */
const MOST_FINDS = 4;
/** The heading is what was asked for, word by word. */
const EXACT = 20;
const PER_PAGE = 3;
const SNIPPET_BEFORE = 40;
const SNIPPET_CHARS = 150;

/** searchWords are the words of a query, each of which a hit must have. */
export function searchWords(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter((word) => word !== "");
}

/** search gives the best places, the best first; none for a blank query. */
export function search(pages: readonly SearchPage[], query: string, most = 12): Hit[] {
  const words = searchWords(query);
  if (words.length === 0) {
    return [];
  }
  return pages
    .flatMap((page) => ofPage(page, words))
    .sort((a, b) => b.score - a.score)
    .slice(0, most);
}

function ofPage(page: SearchPage, words: readonly string[]): Hit[] {
  const hits = page.p.flatMap((part) => {
    const score = scoreOf(page, part, words);
    return score === 0 ? [] : [hit(page, part, words, score)];
  });
  return hits.sort((a, b) => b.score - a.score).slice(0, PER_PAGE);
}

function hit(page: SearchPage, part: SearchPart, words: readonly string[], score: number): Hit {
  const url = part.a === undefined || page.u.includes("#") ? page.u : `${page.u}#${part.a}`;
  return { url, kind: page.k, title: page.t, heading: part.h ?? "", snippet: snippet(part.x, words), score };
}

/** 0 when a word is missing. */
function scoreOf(page: SearchPage, part: SearchPart, words: readonly string[]): number {
  const heading = (part.h ?? "").toLowerCase();
  let sum = heading === words.join(" ") ? EXACT : 0;
  for (const word of words) {
    const title = WEIGHT.title * finds(page.t.toLowerCase(), word, 1);
    const here = WEIGHT.heading * finds(heading, word, 1) + WEIGHT.text * finds(part.x.toLowerCase(), word, MOST_FINDS);
    // A word of the title is a word of every part; the page itself is the first of them.
    const found = here + (part.h === undefined ? title : title / 4);
    if (found === 0) {
      return 0;
    }
    sum += found;
  }
  return sum;
}

function finds(text: string, word: string, most: number): number {
  let sum = 0;
  let at = text.indexOf(word);
  for (let n = 0; at >= 0 && n < most; n++) {
    sum += beginsWord(text, at) ? 1 : INSIDE;
    at = text.indexOf(word, at + word.length);
  }
  return sum;
}

function beginsWord(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

/** snippet is the surroundings of the first word found, cut at spaces. */
function snippet(text: string, words: readonly string[]): Piece[] {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const begin = first <= SNIPPET_BEFORE ? 0 : text.indexOf(" ", first - SNIPPET_BEFORE) + 1 || first;
  const cut = text.lastIndexOf(" ", begin + SNIPPET_CHARS);
  const end = begin + SNIPPET_CHARS >= text.length ? text.length : cut > first ? cut : begin + SNIPPET_CHARS;
  const pieces = mark(text.slice(begin, end), words);
  return [...(begin > 0 ? [{ text: "… ", found: false }] : []), ...pieces, ...(end < text.length ? [{ text: " …", found: false }] : [])];
}

/** mark cuts a text into what was found and what stands between. */
export function mark(text: string, words: readonly string[]): Piece[] {
  if (words.length === 0) {
    return [{ text, found: false }];
  }
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  return text
    .split(pattern)
    .map((piece, i) => ({ text: piece, found: i % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
