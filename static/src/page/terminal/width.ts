/** How many columns a terminal gives to a text. */

/** Ranges of code points that take two columns (East Asian wide, emoji). */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

const combining = /\p{Mn}|\p{Me}|\u200b|\u200d|\ufe0f/u;

/** charWidth is 0, 1 or 2. */
export function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x300) {
    return 1;
  }
  if (combining.test(char)) {
    return 0;
  }
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

export function textWidth(chars: Iterable<string>): number {
  let sum = 0;
  for (const char of chars) {
    sum += charWidth(char);
  }
  return sum;
}
