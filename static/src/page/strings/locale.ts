/**
 * The language of a build. There is English, and en-XA for tests: longer, with
 * letters that English lacks, in brackets, and from right to left. What shows
 * without brackets there is not in the catalogue. server/site/build/messages.go
 * does the same to the templates' texts.
 */

/** Set by the build; tests in Node have none. */
declare const LOCALE: string;

const accents: Readonly<Record<string, string>> = { a: "á", e: "é", i: "í", o: "ó", u: "ú", y: "ý", c: "ç", n: "ñ" };

/** Figures and names such as m1 stay as they are. */
export function pseudo(text: string): string {
  return !/\p{L}{2}/u.test(text) ? text : `⟦${text.replace(/[aeiouycn]/g, (letter) => accents[letter] ?? letter)}${"~~~ ".repeat(text.length).slice(0, text.length / 3)}⟧`;
}

/** inLocale gives a catalogue in the language of this build. */
export function inLocale<T>(english: T): T {
  return typeof LOCALE === "string" && LOCALE === "en-XA" ? (changed(english) as T) : english;
}

function changed(value: unknown): unknown {
  if (typeof value === "string") {
    return pseudo(value);
  }
  if (typeof value === "function") {
    return (...args: unknown[]) => changed((value as (...args: unknown[]) => unknown)(...args));
  }
  if (Array.isArray(value)) {
    return value.map(changed);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, changed(of)]));
  }
  return value;
}
