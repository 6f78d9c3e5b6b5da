/** Any value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * canonicalJson writes a value so that every host writes the same bytes: no
 * space, names in the order of their code points, numbers as ECMAScript writes
 * them, nothing escaped that need not be except U+2028 and U+2029. It is what
 * Go's encoding/json makes of a decoded value without HTML escapes
 * (server/host/canonical.go). Absent (undefined) members are left out.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === "string") {
    return quote(value);
  }
  if (typeof value === "number") {
    return number(value);
  }
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (isList(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  const members: string[] = [];
  for (const name of Object.keys(value).sort(byCodePoint)) {
    const member = value[name];
    if (member !== undefined) {
      members.push(`${quote(name)}:${canonicalJson(member)}`);
    }
  }
  return `{${members.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function number(value: number): string {
  if (!Number.isFinite(value)) {
    throw new RangeError(`${value} cannot be written as JSON`);
  }
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

// Half a surrogate pair becomes U+FFFD, as in Go.
const halfPair = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function quote(text: string): string {
  return JSON.stringify(text.replace(halfPair, "\ufffd")).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** byCodePoint orders as UTF-8 bytes do; UTF-16 units would put U+1F600 before U+FF00. */
function byCodePoint(a: string, b: string): number {
  const as = Array.from(a, (c) => c.codePointAt(0) ?? 0);
  const bs = Array.from(b, (c) => c.codePointAt(0) ?? 0);
  for (let i = 0; i < as.length && i < bs.length; i++) {
    const difference = (as[i] ?? 0) - (bs[i] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return as.length - bs.length;
}
